import "@plenoptic/backend-cpu";
import "@plenoptic/backend-node";
import "@plenoptic/backend-webgpu";
import { l2Norm } from "@plenoptic/losses";
import { Gaussian, OnOff } from "@plenoptic/models";
import { Adam, SGD } from "@plenoptic/optim";
import { describe, it } from "vitest";
import { runSynthesis, type SynthesisStart } from "../src/conformance/index.js";
import { expectClose, forPresent, goldenOrSkip, hasGoldens, skipReason } from "../src/index.js";

interface Case extends Partial<SynthesisStart> {
  readonly model: SynthesisStart["model"];
  /** Left out where the GPU may be simulated. */
  readonly isLong?: boolean;
}

/** `cpu` runs all of the reference's syntheses, in packages/synthesis; these are for the other devices. */
const cases: Readonly<Record<string, () => Case>> = {
  onoff_adam_plain: () => ({
    model: new OnOff(31, { pretrained: true }),
    setup: { optimizer: Adam, optimizerOptions: { lr: 0.03, amsgrad: false, betas: [0.8, 0.99] } },
  }),
  onoff_sgd_momentum: () => ({
    model: new OnOff(31, { pretrained: true }),
    setup: { optimizer: SGD, optimizerOptions: { lr: 0.5, momentum: 0.9, nesterov: true } },
    isLong: true,
  }),
  batch_l2: () => ({ model: new Gaussian(9), options: { lossFunction: l2Norm, penaltyLambda: 5 } }),
  gaussian_adam_f32: () => ({ model: new Gaussian(30), isLong: true }),
};

const devices = [
  { device: "node", dtype: "float32" },
  { device: "webgpu", dtype: "float32" },
] as const;

describe.skipIf(!hasGoldens())(
  `synthesis against the reference on other devices (${skipReason})`,
  async () => {
    await forPresent("synthesis against the reference", devices, (device) => {
      for (const [name, make] of Object.entries(cases)) {
        const { isLong, ...start } = make();
        if (isLong && device.device === "webgpu") continue;
        it(`${name} [${device.device} ${device.dtype}]`, async () => {
          const golden = goldenOrSkip<{ iterations: number }>(`metamer_${name}`);
          const given = { ...start, image: golden.array("image"), initial: golden.array("initial") };
          const { iterations } = golden.case;
          const run = await runSynthesis(device, given, [{ device, iterations }]);
          expectClose(run.losses, golden.array("losses"), 1e-3, "losses");
          expectClose(run.penalties, golden.array("penalties"), 1e-3, "penalties");
          expectClose(run.metamer, golden.array("metamer"), 5e-2, "metamer");
        }, 300_000);
      }
    });
  },
);
