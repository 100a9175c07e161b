import { dispose, mul, setSeed, square, sum, tensor, uniformNumbers, valueAndGrad } from "@plenoptic/tensor";
import {
  boundFor,
  describeDevices,
  expectClose,
  goldenNames,
  goldenOrSkip,
  hasGoldens,
  skipReason,
  withoutLeak,
} from "@plenoptic/testing";
import { describe, expect, it } from "vitest";
import * as models from "../src/index.js";

interface Case {
  model: string;
  kwargs: Record<string, unknown>;
}

/** Names of the reference's options in ours. */
const camel = (name: string) => name.replace(/_(.)/g, (_, c: string) => c.toUpperCase());

/**
 * The models of the goldens were built one after the other from seed 2026; those that are not pretrained drew their
 * scalars after so many numbers.
 */
const drawnBefore: Record<string, number> = {
  LuminanceGainControl: 259,
  LuminanceContrastGainControl: 262,
  OnOff: 268,
};

function build({ model, kwargs }: Case): models.Model {
  const { kernelSize, ...options } = Object.fromEntries(
    Object.entries(kwargs).map(([k, v]) => [camel(k), v]),
  );
  setSeed(2026);
  uniformNumbers(drawnBefore[model] ?? 0, "float32");
  if (model === "Identity") return new models.Identity();
  if (model === "Linear") return new models.Linear({ kernelSize, ...options } as models.LinearOptions);
  const Class = (models as unknown as Record<string, new (k: unknown, o: unknown) => models.Model>)[model];
  return new Class(kernelSize, options);
}

describe.skipIf(!hasGoldens())(`models against the reference (${skipReason})`, () => {
  const names = goldenNames("model_");

  it("finds every golden", () => expect(names.length).toBe(30));

  describeDevices("goldens", (device) => {
    const bound = boundFor(device);
    it.each(names)("%s", (name) => {
      const golden = goldenOrSkip<Case>(name);
      withoutLeak(() => {
        const { values, shape } = golden.array("x");
        const x = tensor(values as Float64Array, shape);
        const model = build(golden.case);
        const y = model.forward(x);
        expect(y.shape).toEqual(golden.array("y").shape);
        expectClose(y, golden.array("y"), bound, "output");
        const { value, grad } = valueAndGrad((image) => mul(sum(square(model.forward(image))), 0.5))(x);
        expectClose(grad, golden.array("grad"), bound, "gradient");
        if (golden.has("filter")) {
          const filt = (model as models.Gaussian).filt;
          expectClose(filt, golden.array("filter"), bound, "filter");
          filt.dispose();
        }
        dispose(x, y, value, grad);
      });
    });
  });
});
