import "@plenoptic/backend-cpu";
import "@plenoptic/backend-node";
import "@plenoptic/backend-webgpu";
import { portillaSimoncelliLossFactory } from "@plenoptic/losses";
import { PortillaSimoncelli } from "@plenoptic/models";
import { dispose, mul, read, square, sum, tensor, tidy, valueAndGrad, withDevice } from "@plenoptic/tensor";
import { describe, expect, it } from "vitest";
import { expectClose, forPresent, goldenOrSkip, hasGoldens, skipReason } from "../src/index.js";

const devices = [
  { device: "node", dtype: "float32" },
  { device: "webgpu", dtype: "float32" },
] as const;
const cpu = { device: "cpu", dtype: "float32" } as const;
const options = { nScales: 3, nOrientations: 3, spatialCorrWidth: 5 };

/** `cpu` is compared with all of the reference's numbers, in packages/models; the smallest case with all groups serves here. */
describe.skipIf(!hasGoldens())(`texture statistics on other devices (${skipReason})`, async () => {
  await forPresent("texture statistics", devices, (device) => {
    const picture = (golden: string, key: string) => {
      const { values, shape } = goldenOrSkip(golden).array(key);
      return tensor(values as Float64Array, shape);
    };

    it(`representation, its groups and its gradient [${device.device}]`, async () => {
      const golden = goldenOrSkip("ps_1");
      const model = new PortillaSimoncelli([64, 64], options);
      const { x, y, dict, back, slope } = withDevice(device, () => {
        const x = picture("ps_1", "x");
        const y = model.forward(x);
        const dict = model.convertToDict(y);
        const half = (im: typeof x) => tidy(() => mul(sum(square(model.forward(im))), 0.5));
        return { x, y, dict, back: model.convertToTensor(dict), slope: valueAndGrad(half)(x) };
      });
      const values = await read(y);
      expectClose(values, golden.array("y"), 1e-3, "representation");
      expectClose(await read(slope.grad), golden.array("grad"), 1e-3, "gradient");
      expect([...(await read(back))]).toEqual([...values]);
      const isRedundant = [...golden.array("dict_auto_correlation_magnitude").values].map(Number.isNaN);
      expect([...(await read(dict.auto_correlation_magnitude))].map(Number.isNaN)).toEqual(isRedundant);
      dispose(x, y, dict, back, slope);
      model.dispose();
    }, 300_000);

    it(`a loss made there, there and on the cpu [${device.device}]`, async () => {
      const golden = goldenOrSkip("psloss_1");
      const model = new PortillaSimoncelli([64, 64], options);
      const made = withDevice(device, () => {
        const target = picture("psloss_1", "target");
        const loss = portillaSimoncelliLossFactory(model, target);
        return { loss, target };
      });
      const losses = [];
      for (const where of [device, cpu]) {
        const value = withDevice(where, () =>
          tidy(() => {
            const [a, b] = ["x", "target"].map((key) => model.forward(picture("psloss_1", key)));
            return made.loss(a, b);
          }),
        );
        losses.push((await read(value))[0]);
        value.dispose();
      }
      for (const value of losses) expectClose([value], golden.array("loss"), 1e-3, "loss");
      made.target.dispose();
      model.dispose();
    }, 300_000);
  });
});
