import {
  concat,
  dispose,
  mul,
  readSync,
  reshape,
  ShapeError,
  slice,
  square,
  tensor,
  tidy,
  ValidationError,
  withDevice,
} from "@plenoptic/tensor";
import {
  boundFor,
  checkGradient,
  collectWarnings,
  describeDevices,
  expectClose,
  spreadNumbers,
  withoutLeak,
} from "@plenoptic/testing";
import { describe, expect, it } from "vitest";
import {
  type ConvertibleModel,
  groupwiseRelativeL2NormFactory,
  type LossFactoryOptions,
  portillaSimoncelliLossFactory,
} from "../src/index.js";

/** Squares an image `[1, 1, 1, n]` and deals the numbers out to groups of the given sizes; the first of each group comes twice. */
function grouped(sizes: Record<string, number>): ConvertibleModel {
  const names = Object.keys(sizes);
  const total = Object.values(sizes).reduce((a, b) => a + b, 0);
  return {
    forward: (x) => tidy(() => reshape(square(x), [1, 1, total])),
    convertToDict: (y) =>
      tidy(() => {
        let start = 0;
        const entries = names.map((name) => {
          const part = slice(y, [0, 0, start], [1, 1, sizes[name]]);
          start += sizes[name];
          const redundant = mul(slice(part, [0, 0, 0], [1, 1, 1]), Number.NaN);
          return [name, name === "withNaN" ? concat([redundant, part], -1) : part] as const;
        });
        return Object.fromEntries(entries);
      }),
    convertToTensor: (dict) =>
      tidy(() =>
        concat(
          names.map((name) =>
            name === "withNaN" ? slice(dict[name], [0, 0, 1], [1, 1, sizes[name]]) : dict[name],
          ),
          -1,
        ),
      ),
  };
}

const texture = { pixel_statistics: 6, other: 4, withNaN: 3, var_highpass_residual: 1 };
const count = 14;
const image = (seed: number) => tensor(spreadNumbers(count, 0.5, 2, seed), [1, 1, 1, count]);
const euclid = (weights: number[], a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.sqrt(weights.reduce((total, w, i) => total + (w * (a[i] - b[i])) ** 2, 0));
const repeat = (weight: number, times: number) => Array<number>(times).fill(weight);
const usual = [1, 1, 1, 1, 0, 0, ...repeat(1, 7), 100];

type Factory = typeof portillaSimoncelliLossFactory;
const factories: Record<string, Factory> = { portillaSimoncelliLossFactory, groupwiseRelativeL2NormFactory };

describeDevices("loss factories", (device) => {
  const bound = boundFor(device);
  const wide = { device: "cpu", dtype: "float64" } as const;
  const other = device.dtype === "float64" ? ({ device: "cpu", dtype: "float32" } as const) : wide;

  /** What a loss gives for two images, and the representations. */
  function lossOf(make: Factory, options: LossFactoryOptions, sizes: Record<string, number> = texture) {
    const model = grouped(sizes);
    const [target, x] = [image(1), image(2)];
    const loss = make(model, target, options);
    const [a, b] = [model.forward(x), model.forward(target)];
    return { value: readSync(loss(a, b))[0], a: readSync(a), b: readSync(b) };
  }

  describe("portillaSimoncelliLossFactory", () => {
    it("leaves out the least and the largest pixel, and counts the highpass residual a hundredfold", () => {
      const { value, a, b } = lossOf(portillaSimoncelliLossFactory, {});
      expectClose([value], [euclid(usual, a, b)], bound);
    });

    it("multiplies groups by the factors given, which replace its own", () => {
      const reweighting = {
        pixel_statistics: 2,
        other: [0, 1, 2, 3],
        withNaN: tensor([7]),
        var_highpass_residual: 0,
      };
      const { value, a, b } = lossOf(portillaSimoncelliLossFactory, { reweighting });
      expectClose([value], [euclid([...repeat(2, 6), 0, 1, 2, 3, 7, 7, 7, 0], a, b)], bound);
      expect(Object.keys(reweighting).length).toBe(4);
    });

    it("warns of groups that are not there", async () => {
      const { result, warnings } = await collectWarnings(() =>
        lossOf(portillaSimoncelliLossFactory, {}, { other: 11, withNaN: 3 }),
      );
      expect(warnings.map(({ message }) => message.slice(0, 60))).toEqual([
        expect.stringContaining("pixel_statistics not found in your model representation"),
        expect.stringContaining("var_highpass_residual not found in your model"),
      ]);
      expectClose([result.value], [euclid(repeat(1, count), result.a, result.b)], bound);
    });

    it("refuses groups of another size, unless it is told their weights", () => {
      const odd = (sizes: Record<string, number>, options = {}) =>
        lossOf(portillaSimoncelliLossFactory, options, sizes);
      const five = { pixel_statistics: 5, other: 8, var_highpass_residual: 1 };
      expect(() => odd(five)).toThrow(ValidationError);
      expect(() => odd(five)).toThrow(
        /'pixel_statistics' representation to have 6 values, but it has 5 values instead/,
      );
      const two = { pixel_statistics: 6, other: 6, var_highpass_residual: 2 };
      expect(() => odd(two)).toThrow(/'var_highpass_residual' representation to have 1 value, but it has 2/);
      const { value, a, b } = odd(five, { reweighting: { pixel_statistics: 0 } });
      expectClose([value], [euclid([...repeat(0, 5), ...repeat(1, 8), 100], a, b)], bound);
    });
  });

  describe("groupwiseRelativeL2NormFactory", () => {
    it("divides each group by its norm for the image, then multiplies", () => {
      const { value, a, b } = lossOf(groupwiseRelativeL2NormFactory, {
        reweighting: { other: [1, 2, 3, 4] },
      });
      const norms = [
        [0, 6],
        [6, 10],
        [10, 13],
        [13, 14],
      ].map(([from, to]) => Math.hypot(...Array.from(b).slice(from, to)));
      const weights = [
        ...repeat(1 / norms[0], 6),
        ...[1, 2, 3, 4].map((f) => f / norms[1]),
        ...repeat(1 / norms[2], 3),
        1 / norms[3],
      ];
      expectClose([value], [euclid(weights, a, b)], bound);
    });

    it("is √(groups) away from nothing", () => {
      const model = grouped(texture);
      const target = model.forward(image(1));
      const loss = groupwiseRelativeL2NormFactory(model, image(1));
      expectClose(loss(mul(target, 0), target), [2], bound);
    });

    it("does not change with the units of a group", () => {
      const model = grouped(texture);
      const units = tensor([...repeat(1, 6), ...repeat(1000, 4), ...repeat(1, 4)]);
      const inUnits: ConvertibleModel = { ...model, forward: (x) => mul(model.forward(x), units) };
      const values = [model, inUnits].map((m) => {
        const loss = groupwiseRelativeL2NormFactory(m, image(1));
        return readSync(loss(m.forward(image(2)), m.forward(image(1))))[0];
      });
      expectClose([values[0]], [values[1]], bound);
    });

    it("warns where a record would not keep the order of groups", async () => {
      const { warnings } = await collectWarnings(() =>
        lossOf(groupwiseRelativeL2NormFactory, {}, { 10: 4, 2: 10 }),
      );
      expect(warnings.map(({ message }) => message)).toEqual([
        expect.stringMatching(/named "2".*invert each other/s),
      ]);
    });
  });

  describe.each(Object.entries(factories))("%s", (_name, make) => {
    it("refuses factors of groups that are not there", () => {
      const attempt = () => lossOf(make, { reweighting: { othr: 1 } });
      expect(attempt).toThrow(ValidationError);
      expect(attempt).toThrow(/key\(s\) not found in model representation! othr/);
    });

    it("gives a function of the name that the reference's has", () => {
      expect(make(grouped(texture), image(1)).name).toBe("loss");
    });

    it("gives a function that works on other devices, after its image is gone", () => {
      const model = grouped(texture);
      const target = image(1);
      const loss = make(model, target, { reweighting: { other: tensor([1, 2, 3, 4]) } });
      const here = readSync(loss(model.forward(image(2)), model.forward(target)))[0];
      dispose(target);
      const there = withDevice(
        other,
        () => readSync(loss(model.forward(image(2)), model.forward(image(1))))[0],
      );
      expectClose([there], [here], boundFor({ device: "cpu", dtype: "float32" }));
    });

    it("gives a function that refuses a part of a representation", () => {
      const model = grouped(texture);
      const loss = make(model, image(1));
      const part = (seed: number) => slice(model.forward(image(seed)), [0, 0, 0], [1, 1, 9]);
      expect(() => loss(part(2), part(1))).toThrow(ShapeError);
    });

    it("gives derivatives of first and second order", () => {
      const model = grouped(texture);
      const loss = withDevice(wide, () => make(model, image(1)));
      const reference = withDevice(wide, () => model.forward(image(1)));
      checkGradient((x) => loss(model.forward(x), reference), image(2), { bound: 1e-7 });
    });

    it("leaves no tensor behind", () => {
      withoutLeak(() => {
        const target = image(1);
        const loss = make(grouped(texture), target);
        const [a, b] = [tensor(spreadNumbers(count), [1, 1, count]), tensor(repeat(1, count), [1, 1, count])];
        dispose(loss(a, b), a, b, target);
      });
    });
  });
});
