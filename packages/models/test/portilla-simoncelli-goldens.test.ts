import { portillaSimoncelliLossFactory } from "@plenoptic/losses";
import { dispose, mul, readSync, square, sum, tensor, valueAndGrad } from "@plenoptic/tensor";
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
import { PortillaSimoncelli, type PortillaSimoncelliOptions, statisticNames } from "../src/index.js";

interface Case {
  kwargs: Record<string, number>;
}

const camel = (name: string) => name.replace(/_(.)/g, (_, c: string) => c.toUpperCase());
const optionsOf = ({ kwargs }: Case): PortillaSimoncelliOptions =>
  Object.fromEntries(Object.entries(kwargs).map(([name, value]) => [camel(name), value]));

/** The input and the model of a golden. */
function load(name: string) {
  const golden = goldenOrSkip<Case>(name);
  const image = (key: string) => tensor(golden.array(key).values as Float64Array, golden.array(key).shape);
  const model = new PortillaSimoncelli(golden.array("x").shape.slice(2), optionsOf(golden.case));
  return { golden, image, model };
}

describe.skipIf(!hasGoldens())(`Portilla-Simoncelli against the reference (${skipReason})`, () => {
  it("finds every golden", () => expect(goldenNames("ps_").length + goldenNames("psloss_").length).toBe(8));

  describeDevices("goldens", (device) => {
    const bound = boundFor(device, { float64: 1e-9, float32: 1e-3 });
    const slopeBound = boundFor(device, { float64: 1e-8, float32: 1e-3 });

    it.each(goldenNames("ps_"))("%s: representation and gradient", (name) => {
      withoutLeak(() => {
        const { golden, image, model } = load(name);
        const x = image("x");
        const y = model.forward(x);
        expectClose(y, golden.array("y"), bound, "representation");
        const { value, grad } = valueAndGrad((im) => mul(sum(square(model.forward(im))), 0.5))(x);
        expectClose(grad, golden.array("grad"), slopeBound, "gradient");
        dispose(x, y, value, grad);
        model.dispose();
      });
    });

    it.each(goldenNames("ps_"))("%s: dictionary, there and back", (name) => {
      withoutLeak(() => {
        const { golden, model } = load(name);
        const { values, shape } = golden.array("y");
        const y = tensor(values as Float64Array, shape);
        const dict = model.convertToDict(y);
        expect(Object.keys(dict)).toEqual(statisticNames);
        for (const key of statisticNames) {
          const expected = golden.array(`dict_${key}`);
          expect(dict[key].shape, key).toEqual(expected.shape);
          // Redundant numbers are NaN in both.
          const rounded = device.dtype === "float64" ? expected.values : Float32Array.from(expected.values);
          expect([...readSync(dict[key])], key).toEqual([...rounded]);
        }
        const back = model.convertToTensor(dict);
        expect([...readSync(back)]).toEqual([...readSync(y)]);
        dispose(y, dict, back);
      });
    });

    it.each(goldenNames("psloss_"))("%s: loss and gradient", (name) => {
      withoutLeak(() => {
        const { golden, image, model } = load(name);
        const [x, target] = [image("x"), image("target")];
        const loss = portillaSimoncelliLossFactory(model, target);
        const reference = model.forward(target);
        const { value, grad } = valueAndGrad((im) => loss(model.forward(im), reference))(x);
        expectClose(value, golden.array("loss"), bound, "loss");
        expectClose(grad, golden.array("grad"), slopeBound, "gradient");
        dispose(x, target, reference, value, grad);
        model.dispose();
      });
    });
  });
});
