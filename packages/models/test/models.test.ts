import {
  add,
  concat,
  dispose,
  div,
  full,
  mul,
  NumericalError,
  ones,
  rand,
  readSync,
  ShapeError,
  setSeed,
  slice,
  softplus,
  sqrt,
  square,
  sum,
  tanh,
  tensor,
  uniformNumbers,
  useBackend,
  ValidationError,
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

describeDevices("models", (device) => {
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

  it("equal the formulas step by step", () => {
    const x = rand([2, 1, 9, 10]);
    setSeed(3);
    const perChannel = (v: number | readonly number[]) => tensor([v].flat(), [1, [v].flat().length, 1, 1]);
    for (const model of [new OnOff(5), new LuminanceContrastGainControl(5)]) {
      const groups = model.contrast.outChannels;
      const normed = div(
        model.centerSurround.forward(x),
        add(mul(model.luminance.forward(x), perChannel(model.luminanceScalar)), 1),
      );
      const contrast = add(sqrt(model.contrast.forward(square(normed), { groups })), 1e-6);
      const y = softplus(div(normed, add(mul(contrast, perChannel(model.contrastScalar)), 1)));
      expectClose(model.forward(x), y, boundFor(device, { float64: 1e-14, float32: 1e-6 }), model.name);
    }
  });

  it("a Gaussian deals its filters out to groups of channels", () => {
    const x = rand([1, 2, 8, 8]);
    const std = [0.6, 1, 1.5, 2];
    const y = new Gaussian(5, { std }).forward(x, { groups: 2 });
    std.forEach((s, k) => {
      const channel = slice(x, [0, Math.floor(k / 2), 0, 0], [1, 1, -1, -1]);
      expectClose(slice(y, [0, k, 0, 0], [1, 1, -1, -1]), new Gaussian(5, { std: s }).forward(channel), 1e-6);
    });
    expect(() => new Gaussian(5, { std }).forward(x, { groups: 3 })).toThrow(ValidationError);
    expect(() => new Gaussian(5, { std }).forward(x, { groups: 4 })).toThrow(ShapeError);
    expect(() => new Gaussian(5, { std }).forward(x)).toThrow(ShapeError);
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

  it("draw the very weights with which PyTorch starts a convolution", () => {
    // torch.manual_seed(0); plenoptic.models.Linear(3, default_filters=False).conv.weight; torch.rand(1)
    const recorded = [
      -0.0024956068955361843, 0.17881453037261963, -0.2743483781814575, -0.24531301856040955,
      -0.1283847987651825, 0.08938579261302948, -0.006604393478482962, 0.2642965018749237,
      -0.029581349343061447, 0.08820419013500214, -0.10073769092559814, -0.06552179902791977,
      -0.3184494972229004, -0.22076070308685303, -0.13740770518779755, 0.012347857467830181,
      0.13177840411663055, 0.2000076025724411,
    ];
    setSeed(0);
    expect(new Linear({ defaultFilters: false }).parameters().weight).toEqual(recorded);
    expect(uniformNumbers(1, "float32")[0]).toBe(0.16102945804595947);
  });

  it("draw as many numbers as the reference's do, pretrained or not", () => {
    const drawnBy = (make: () => Model) => {
      setSeed(7);
      make();
      const next = uniformNumbers(1, "float32")[0];
      setSeed(7);
      return [...uniformNumbers(200, "float32")].indexOf(next);
    };
    for (const pretrained of [false, true]) {
      expect(drawnBy(() => new LinearNonlinear(31, { pretrained }))).toBe(0);
      expect(drawnBy(() => new LuminanceGainControl(31, { pretrained }))).toBe(1);
      expect(drawnBy(() => new LuminanceContrastGainControl(31, { pretrained }))).toBe(2);
      expect(drawnBy(() => new OnOff(31, { pretrained }))).toBe(4);
    }
    for (const defaultFilters of [false, true]) {
      expect(drawnBy(() => new Linear({ kernelSize: [3, 5], defaultFilters }))).toBe(30);
    }
  });

  it("refuse unknown options and pad modes, with the nearest name", () => {
    const wrong = { pretraned: true } as object;
    for (const make of [
      () => new OnOff(31, wrong),
      () => new LuminanceContrastGainControl(31, wrong),
      () => new LuminanceGainControl(31, wrong),
      () => new LinearNonlinear(31, wrong),
    ]) {
      expect(make).toThrow(/has no option "pretraned". Did you mean "pretrained"/);
    }
    expect(() => new Gaussian(5, { sdt: 1 } as object)).toThrow(/Did you mean "std"/);
    expect(() => new CenterSurround(5, { onCentre: true } as object)).toThrow(/Did you mean "onCenter"/);
    expect(() => new Linear({ kernelsize: 5 } as object)).toThrow(/Did you mean "kernelSize"/);
    for (const Model of [Gaussian, CenterSurround, OnOff]) {
      expect(() => new Model(5, { padMode: "mirror" as "reflect" })).toThrow(/padMode must be one of/);
    }
  });

  it("warn when pretrained overrules amplitudeRatio", async () => {
    const { result, warnings } = await collectWarnings(
      () => new OnOff(31, { pretrained: true, amplitudeRatio: 2, cacheFilt: true }),
    );
    expect(result.centerSurround.amplitudeRatio).toBe(1.25);
    expect(warnings.map((w) => w.message).join()).toMatch(/amplitudeRatio 1.25; 2 is not used/);
    const { warnings: none } = await collectWarnings(() => new OnOff(31, { pretrained: true }));
    expect(none).toEqual([]);
  });

  it("list their parameters, as float32 keeps them", () => {
    expect(new OnOff(31, { pretrained: true }).parameters()).toEqual({
      "centerSurround.centerStd": [1.237, 0.3233].map(Math.fround),
      "centerSurround.surroundStd": [30.12, 2.184].map(Math.fround),
      "centerSurround.amplitudeRatio": 1.25,
      "luminance.std": [76.4, 2.184].map(Math.fround),
      "contrast.std": [7.49, 2.43].map(Math.fround),
      luminanceScalar: [3.2637, 14.3961].map(Math.fround),
      contrastScalar: [7.3405, 16.7423].map(Math.fround),
    });
    expect(new Identity().parameters()).toEqual({});
    expect(new Gaussian(5).to({ device: "cpu" })).toBeInstanceOf(Gaussian);
  });

  it("Linear's default filters have the roundings of the reference's", () => {
    // plenoptic.models.Linear(k).conv.weight[1] of the reference: its largest tap, and the sum it was divided by.
    const recorded: [kernelSize: number | [number, number], largest: number, dividedBy: number][] = [
      [3, 2224254, -2.9802322387695312e-8],
      [4, 467505.65625, -1.043081283569336e-7],
      [5, 2192197, -4.0978193283081055e-8],
      [7, 27279564, -3.725290298461914e-9],
      [8, 3930967.25, 1.862645149230957e-8],
      [10, 3346692, 2.2351741790771484e-8],
      [15, 949385.375, 1.1175870895385742e-7],
      [31, 3560235.5, 2.9802322387695312e-8],
      [[3, 5], 11019472, -7.450580596923828e-9],
    ];
    for (const [kernelSize, largest, dividedBy] of recorded) {
      const taps = new Linear({ kernelSize }).parameters().weight;
      const half = taps.length / 2;
      const band = taps.slice(half);
      expect(Math.max(...band.map(Math.abs)), `largest of ${kernelSize}`).toBe(largest);
      // In the middle the narrow Gaussian is above the wide one: the sign there is the sign of the sum.
      const [height, width] = typeof kernelSize === "number" ? [kernelSize, kernelSize] : kernelSize;
      const middle = Math.floor(height / 2) * width + Math.floor(width / 2);
      expect(Math.sign(band[middle]), `sign of ${kernelSize}`).toBe(Math.sign(dividedBy));
    }
    expect(() => new Linear({ kernelSize: 2 })).toThrow(NumericalError);
  });

  it("take weights of their own shape only", () => {
    const weight = { values: [1, 0, 0, 0], shape: [1, 1, 2, 2] };
    expect(new Linear({ weight }).kernelSize).toEqual([2, 2]);
    expect(() => new Linear({ weight: { ...weight, shape: [1, 1, 2] } })).toThrow(ShapeError);
    expect(() => new Linear({ weight: { ...weight, shape: [1, 1, 3, 2] } })).toThrow(ValidationError);
  });

  it("describe themselves", () => {
    expect(String(new Gaussian(30))).toBe('Gaussian(kernelSize: [30,30], std: [3], padMode: "reflect")');
  });
});
