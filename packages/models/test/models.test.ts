import {
  concat,
  dispose,
  full,
  mul,
  ones,
  rand,
  readSync,
  ShapeError,
  setSeed,
  slice,
  sum,
  tanh,
  tensor,
  useBackend,
  ValidationError,
} from "@plenoptic/tensor";
import {
  checkGradient,
  collectWarnings,
  describeDevices,
  expectClose,
  spreadNumbers,
  withoutLeak,
} from "@plenoptic/testing";
import { beforeEach, describe, expect, it } from "vitest";
import {
  CenterSurround,
  Gaussian,
  Identity,
  Linear,
  LinearNonlinear,
  LuminanceContrastGainControl,
  LuminanceGainControl,
  type Model,
  OnOff,
} from "../src/index.js";

const small = (): Model[] => [
  new Identity(),
  new Linear({ kernelSize: 5 }),
  new Gaussian([4, 5], { std: [1, 2] }),
  new CenterSurround(5, { onCenter: [true, false], centerStd: [0.7, 0.9], surroundStd: 2 }),
  new LinearNonlinear(5),
  new LuminanceGainControl(5),
  new LuminanceContrastGainControl(5),
  new OnOff(5),
];

describeDevices("models", () => {
  it("commute with shifts when the image is periodic", () => {
    setSeed(1);
    const x = rand([1, 1, 12, 14]);
    const roll = (t: typeof x) =>
      concat([slice(t, [0, 0, 0, 9], [-1, -1, -1, 5]), slice(t, [0, 0, 0, 0], [-1, -1, -1, 9])], 3);
    const options = { padMode: "circular" as const };
    for (const model of [
      new Linear(options),
      new Gaussian(6, options),
      new CenterSurround(5, options),
      new OnOff(5, options),
    ]) {
      expectClose(model.forward(roll(x)), roll(model.forward(x)), 1e-5, model.name);
    }
  });

  it("a Gaussian keeps a constant image, a difference of Gaussians makes it 0", () => {
    const x = full([1, 1, 16, 16], 0.7);
    expectClose(new Gaussian(7).forward(x), x, 1e-6);
    expect(Math.max(...readSync(new CenterSurround(7).forward(x)).map(Math.abs))).toBeLessThan(1e-6);
    expect(Math.abs(readSync(sum(new CenterSurround(31).filt))[0])).toBeLessThan(1e-6);
  });

  it("an off-centre channel is the on-centre one with the sign changed", () => {
    const x = rand([2, 1, 9, 9]);
    const y = new CenterSurround(5, { onCenter: [true, false] }).forward(x);
    const [on, off] = [0, 1].map((c) => slice(y, [0, c, 0, 0], [-1, 1, -1, -1]));
    expectClose(on, mul(off, -1), 1e-6);
  });

  it("treats each image of a batch alone", () => {
    const x = rand([3, 1, 10, 10]);
    for (const model of small()) {
      const whole = model.forward(x);
      const parts = [0, 1, 2].map((b) => model.forward(slice(x, [b, 0, 0, 0], [1, -1, -1, -1])));
      expectClose(concat(parts, 0), whole, 1e-6, model.name);
    }
  });

  it("leave no tensor behind", () => {
    for (const model of small()) {
      withoutLeak(() => {
        const x = rand([1, 1, 8, 8]);
        dispose(model.forward(x), x);
      });
    }
  });

  it("take another activation, and OnOff a mask", () => {
    const x = rand([1, 1, 11, 11]);
    const model = new LinearNonlinear(5, { activation: tanh });
    expectClose(model.forward(x), tanh(model.centerSurround.forward(x)), 1e-6);
    const masked = readSync(new OnOff(5, { applyMask: true }).forward(x));
    expect(masked[0]).toBe(0);
    expect(masked[5 * 11 + 5]).toBeGreaterThan(0);
  });
});

describe("derivatives", () => {
  beforeEach(async () => {
    await useBackend("cpu", { dtype: "float64" });
  });
  it.each(small().map((model) => [model.name, model] as const))(
    "%s, first and second order",
    (name, model) => {
      const x = { values: spreadNumbers(2 * 7 * 8, 0.1, 0.9), shape: [2, 1, 7, 8] };
      checkGradient((image) => model.forward(image), x, { bound: 1e-6, label: name });
    },
  );
});

describe("arguments", () => {
  it.each<[string, () => unknown, RegExp]>([
    [
      "pretrained size",
      () => new OnOff(15, { pretrained: true }),
      /pretrained model has kernel_size \(31, 31\)/,
    ],
    ["amplitudeRatio", () => new CenterSurround(5, { amplitudeRatio: 0.5 }), /at least 1/],
    [
      "onCenter",
      () => new CenterSurround(5, { onCenter: [true, false], outChannels: 3 }),
      /onCenter must equal/,
    ],
    [
      "surroundStd",
      () => new CenterSurround(5, { onCenter: [true, false], surroundStd: [1, 2, 3] }),
      /surroundStd must equal/,
    ],
    ["std", () => new Gaussian(5, { std: -1 }), /std must be positive/],
  ])("refuses %s", (_, f, words) => {
    expect(f).toThrow(ValidationError);
    expect(f).toThrow(words);
  });

  it("refuse colour and images smaller than the kernel, saying what to do", async () => {
    await useBackend("cpu");
    expect(() => new Gaussian(5).forward(ones([1, 3, 8, 8]))).toThrow(/load it in grey/);
    expect(() => new Gaussian(31).forward(ones([1, 1, 8, 8]))).toThrow(ShapeError);
    expect(() => new Gaussian(31).forward(ones([1, 1, 8, 8]))).toThrow(/smaller kernel/);
    expect(() => new OnOff(5).forward(tensor([1, 2]))).toThrow(ShapeError);
  });

  it("warn when a pretrained model is turned to off-centre", async () => {
    const { warnings } = await collectWarnings(
      () => new LinearNonlinear(31, { pretrained: true, onCenter: false }),
    );
    expect(warnings.map((w) => w.message).join()).toMatch(/on_center=True/);
  });

  it("draw unfitted scalars and random filters from the seed", () => {
    setSeed(4);
    const first = new OnOff(5).luminanceScalar;
    setSeed(4);
    expect(new OnOff(5).luminanceScalar).toEqual(first);
    expect(new OnOff(5).luminanceScalar).not.toEqual(first);
    const weights = readSync(new Linear({ kernelSize: 4, defaultFilters: false }).filt);
    expect(Math.max(...weights.map(Math.abs))).toBeLessThanOrEqual(1 / 4);
  });

  it("describe themselves", () => {
    expect(String(new Gaussian(30))).toBe('Gaussian(kernelSize: [30,30], std: [3], padMode: "reflect")');
  });
});
