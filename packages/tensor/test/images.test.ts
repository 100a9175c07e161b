import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import * as T from "../src/index.js";
import { derivativeErrors, devices, indicesOf, numbers, relativeError, sizeOf } from "./support.js";

const modes: T.PadMode[] = ["reflect", "circular", "replicate", "constant"];

/** The pixel at (i, j), continued beyond the border, from the definition of each mode. */
function pixel(
  plane: (i: number, j: number) => number,
  h: number,
  w: number,
  i: number,
  j: number,
  mode: T.PadMode,
): number {
  const along = (k: number, n: number): number => {
    if (k >= 0 && k < n) return k;
    if (mode === "circular") return ((k % n) + n) % n;
    if (mode === "replicate") return Math.min(n - 1, Math.max(0, k));
    return k < 0 ? -k : 2 * (n - 1) - k;
  };
  const outside = i < 0 || j < 0 || i >= h || j >= w;
  return outside && mode === "constant" ? 0 : plane(along(i, h), along(j, w));
}

function padOracle(
  x: ArrayLike<number>,
  [b, c, h, w]: number[],
  [t, bo, l, r]: T.Padding,
  mode: T.PadMode,
): number[] {
  return Array.from(indicesOf([b, c, h + t + bo, w + l + r]), ([n, m, i, j]) =>
    pixel((p, q) => x[((n * c + m) * h + p) * w + q], h, w, i - t, j - l, mode),
  );
}

function convOracle(
  x: ArrayLike<number>,
  [b, c, h, w]: number[],
  f: ArrayLike<number>,
  [k, cg, kh, kw]: number[],
  groups: number,
) {
  const shape = [b, k, h - kh + 1, w - kw + 1];
  return Array.from(indicesOf(shape), ([n, o, i, j]) => {
    const first = Math.floor(o / (k / groups)) * cg;
    let v = 0;
    for (let m = 0; m < cg; m++) {
      for (let p = 0; p < kh; p++) {
        for (let q = 0; q < kw; q++) {
          v += f[((o * cg + m) * kh + p) * kw + q] * x[((n * c + first + m) * h + i + p) * w + j + q];
        }
      }
    }
    return v;
  });
}

const filters: T.SeparableFilters = [
  {
    channel: 1,
    terms: [
      { vertical: [0.2, -0.5, 0.7], horizontal: [1, 0.4] },
      { vertical: [1, 2, 1], horizontal: [-1, 0.3] },
    ],
  },
  { channel: 0, terms: [{ vertical: [0.1, 0.8, 0.1], horizontal: [0.6, 0.6] }] },
  { channel: 1, terms: [{ vertical: [0, 1, 0], horizontal: [0, 1] }] },
];

const imageCase = fc.record({
  shape: fc.tuple(
    fc.integer({ min: 1, max: 2 }),
    fc.integer({ min: 1, max: 2 }),
    fc.integer({ min: 3, max: 9 }),
    fc.integer({ min: 3, max: 11 }),
  ),
  padding: fc.tuple(fc.nat(2), fc.nat(2), fc.nat(2), fc.nat(2)),
  mode: fc.constantFrom(...modes),
});

for (const device of devices) {
  describe(device.title, () => {
    beforeEach(async () => {
      await device.use();
    });

    it("pad2d equals the definition; its adjoint is its transpose", () => {
      fc.assert(
        fc.property(imageCase, ({ shape, padding, mode }) => {
          T.tidy(() => {
            const x = numbers(sizeOf(shape), -1, 1, 2);
            const y = T.pad2d(T.tensor(x, shape), padding, mode);
            expect([...T.readSync(y)]).toEqual(padOracle(x, shape, padding, mode));
            const d = numbers(y.size, -1, 1, 3);
            const back = T.pad2dAdjoint(T.tensor(d, y.shape), padding, mode, shape);
            const dot = (a: ArrayLike<number>, b: ArrayLike<number>) =>
              Array.from(a).reduce((s, v, i) => s + v * b[i], 0);
            const scale = Math.sqrt(dot(x, x) * dot(d, d));
            expect(Math.abs(dot(T.readSync(y), d) - dot(x, T.readSync(back))) / scale).toBeLessThan(
              device.bound,
            );
          });
        }),
        { numRuns: 60 },
      );
    });

    it("conv2d equals the sum it stands for, with groups", () => {
      for (const [xs, fs, groups] of [
        [[2, 1, 6, 7], [3, 1, 3, 2], 1],
        [[1, 3, 5, 6], [2, 3, 5, 1], 1],
        [[2, 4, 6, 5], [6, 2, 2, 3], 2],
        [[1, 2, 4, 4], [2, 1, 4, 4], 2],
      ] as [number[], number[], number][]) {
        const x = numbers(sizeOf(xs), -1, 1, 2);
        const f = numbers(sizeOf(fs), -1, 1, 4);
        const y = T.conv2d(T.tensor(x, xs), T.tensor(f, fs), { groups });
        expect(relativeError(T.readSync(y), convOracle(x, xs, f, fs, groups))).toBeLessThan(device.bound);
      }
    });

    it("separableFilter equals padding and a 2-D filter; its gradient is the transpose", () => {
      fc.assert(
        fc.property(imageCase, ({ shape: [b, , h, w], padding, mode }) => {
          T.tidy(() => {
            const shape = [b, 2, h, w];
            const x = numbers(sizeOf(shape), -1, 1, 2);
            const padded = padOracle(x, shape, padding, mode);
            const [hp, wp] = [h + padding[0] + padding[1], w + padding[2] + padding[3]];
            const weight = filters.flatMap(({ channel, terms }) =>
              Array.from(indicesOf([2, 3, 2]), ([c, i, j]) =>
                c === channel ? terms.reduce((s, t) => s + t.vertical[i] * t.horizontal[j], 0) : 0,
              ),
            );
            const expected = convOracle(padded, [b, 2, hp, wp], weight, [3, 2, 3, 2], 1);
            const image = T.tensor(x, shape);
            const y = T.separableFilter(image, filters, padding, mode);
            expect(y.shape).toEqual([b, 3, hp - 2, wp - 1]);
            expect(relativeError(T.readSync(y), expected)).toBeLessThan(device.bound);
            const d = T.tensor(numbers(y.size, -1, 1, 3), y.shape);
            const back = T.grad((v) => T.separableFilter(v, filters, padding, mode))(image, d);
            const forward = T.readSync(T.sum(T.mul(y, d)))[0];
            const backward = T.readSync(T.sum(T.mul(image, back)))[0];
            expect(Math.abs(forward - backward) / Math.max(1, Math.abs(forward))).toBeLessThan(
              10 * device.bound,
            );
          });
        }),
        { numRuns: 40 },
      );
    });

    it.each([
      ["Adam", { weightDecay: 0, decoupled: false, amsgrad: false }],
      ["Adam with amsgrad and weight decay", { weightDecay: 0.1, decoupled: false, amsgrad: true }],
      ["AdamW", { weightDecay: 0.1, decoupled: true, amsgrad: false }],
    ])("%s steps follow the published recursion", (_, options) => {
      const n = 11;
      const attrs = { lr: 0.05, beta1: 0.9, beta2: 0.99, eps: 1e-8, ...options };
      let [p, m, v, vMax] = [numbers(n), new Float64Array(n), new Float64Array(n), new Float64Array(n)];
      let state: T.AdamTensors = {
        param: T.tensor(p),
        expAvg: T.zeros([n]),
        expAvgSq: T.zeros([n]),
        ...(options.amsgrad ? { maxExpAvgSq: T.zeros([n]) } : {}),
      };
      for (let step = 1; step <= 4; step++) {
        const g = numbers(n, -1, 1, step + 10);
        const start = options.decoupled ? p.map((e) => e * (1 - attrs.lr * attrs.weightDecay)) : p;
        const used = g.map((e, i) => e + (options.decoupled ? 0 : attrs.weightDecay * p[i]));
        m = m.map((e, i) => 0.9 * e + 0.1 * used[i]);
        v = v.map((e, i) => 0.99 * e + 0.01 * used[i] ** 2);
        vMax = vMax.map((e, i) => Math.max(e, v[i]));
        const second = options.amsgrad ? vMax : v;
        p = start.map(
          (e, i) =>
            e - (attrs.lr * (m[i] / (1 - 0.9 ** step))) / (Math.sqrt(second[i] / (1 - 0.99 ** step)) + 1e-8),
        );
        state = T.adamStep({ ...state, grad: T.tensor(g) }, { ...attrs, step });
      }
      expect(relativeError(T.readSync(state.param), p)).toBeLessThan(20 * device.bound);
      expect(relativeError(T.readSync(state.expAvgSq), v)).toBeLessThan(20 * device.bound);
      expect(state.maxExpAvgSq !== undefined).toBe(options.amsgrad);
    });

    it.each([
      ["plain", { momentum: 0, dampening: 0, nesterov: false, weightDecay: 0.1 }],
      ["momentum", { momentum: 0.9, dampening: 0.3, nesterov: false, weightDecay: 0 }],
      ["nesterov", { momentum: 0.9, dampening: 0, nesterov: true, weightDecay: 0.1 }],
    ])("gradient descent, %s", (_, options) => {
      const n = 9;
      let p = numbers(n);
      let buffer: Float64Array | undefined;
      let state: T.SgdTensors = { param: T.tensor(p) };
      for (let step = 1; step <= 3; step++) {
        const g = numbers(n, -1, 1, step + 10);
        const used = g.map((e, i) => e + options.weightDecay * p[i]);
        const previous = buffer;
        buffer = previous
          ? previous.map((e, i) => options.momentum * e + (1 - options.dampening) * used[i])
          : used;
        const current = buffer;
        const direction = options.nesterov
          ? used.map((e, i) => e + options.momentum * current[i])
          : options.momentum
            ? current
            : used;
        p = p.map((e, i) => e - 0.1 * direction[i]);
        state = T.sgdStep({ ...state, grad: T.tensor(g) }, { lr: 0.1, ...options });
      }
      expect(relativeError(T.readSync(state.param), p)).toBeLessThan(20 * device.bound);
    });
  });
}

describe("derivatives in float64, against central differences", () => {
  beforeEach(async () => {
    await T.useBackend("cpu", { dtype: "float64" });
  });
  const shape = [2, 2, 5, 6];
  const weight = () => T.tensor(numbers(4 * 2 * 3 * 2, -1, 1, 8), [4, 2, 3, 2]);
  const grouped = () => T.tensor(numbers(4 * 3 * 2, -1, 1, 8), [4, 1, 3, 2]);
  const image = () => T.tensor(numbers(sizeOf(shape), -1, 1, 6), shape);
  const cases: Record<string, [(x: T.Tensor) => T.Tensor, number[]]> = {
    "conv2d by the image": [(x) => T.square(T.conv2d(x, weight())), shape],
    "conv2d by the filter": [(f) => T.square(T.conv2d(image(), f)), [4, 2, 3, 2]],
    "grouped conv2d by the image": [(x) => T.square(T.conv2d(x, grouped(), { groups: 2 })), shape],
    "grouped conv2d by the filter": [(f) => T.square(T.conv2d(image(), f, { groups: 2 })), [4, 1, 3, 2]],
    ...Object.fromEntries(
      modes.flatMap((mode) => [
        [`pad2d ${mode}`, [(x: T.Tensor) => T.square(T.pad2d(x, [2, 1, 0, 3], mode)), shape]],
        [
          `separableFilter ${mode}`,
          [(x: T.Tensor) => T.square(T.separableFilter(x, filters, [1, 1, 1, 0], mode)), shape],
        ],
      ]),
    ),
  };
  for (const [name, [f, extents]] of Object.entries(cases)) {
    it(`${name}, first and second order`, () => {
      const { first, second } = derivativeErrors(f, extents);
      expect(first).toBeLessThan(1e-9);
      expect(second).toBeLessThan(1e-8);
    });
  }
});

describe("errors", () => {
  beforeEach(async () => {
    await T.useBackend("cpu");
  });
  it.each<[string, () => unknown, RegExp]>([
    ["conv2d channels", () => T.conv2d(T.ones([1, 3, 8, 8]), T.ones([1, 1, 3, 3])), /expect 1 channel\(s\)/],
    ["conv2d size", () => T.conv2d(T.ones([1, 1, 2, 8]), T.ones([1, 1, 3, 3])), /larger than the image/],
    [
      "separableFilter channel",
      () => T.separableFilter(T.ones([1, 1, 8, 8]), filters, [0, 0, 0, 0], "constant"),
      /reads channel 1/,
    ],
    ["not an image", () => T.pad2d(T.ones([8, 8]), [1, 1, 1, 1]), /batch, channel, height, width/],
  ])("%s", (_, f, words) => {
    expect(f).toThrow(words);
    expect(f).toThrow(T.ShapeError);
  });
});

describe("options that cannot be", () => {
  beforeEach(async () => {
    await T.useBackend("cpu");
  });
  const image = () => T.ones([1, 2, 8, 8]);
  const filter = () => T.ones([4, 2, 3, 3]);

  it.each<[string, () => unknown, RegExp]>([
    ["a stride of 0", () => T.conv2d(image(), filter(), { stride: 0 }), /stride.*at least 1/],
    ["half a pixel", () => T.conv2d(image(), filter(), { dilation: [1, 0.5] }), /dilation.*whole/],
    ["negative padding", () => T.conv2d(image(), filter(), { padding: -1 }), /padding.*none negative/],
    [
      "same with a stride",
      () => T.conv2d(image(), filter(), { padding: "same", stride: 2 }),
      /stride is not 1/,
    ],
    ["no groups", () => T.conv2d(image(), filter(), { groups: 0 }), /groups/],
    [
      "too much output padding",
      () => T.convTranspose2d(image(), T.ones([2, 3, 3, 3]), { stride: 2, outputPadding: 2 }),
      /outputPadding.*less than the stride/,
    ],
    ["padding beyond half a window", () => T.maxPool2d(image(), 2, { padding: 2 }), /half the window/],
    ["a divisor of 0", () => T.avgPool2d(image(), 2, { divisorOverride: 0 }), /divisorOverride/],
    ["no pixels", () => T.resizeBilinear(image(), [4, 0]), /size.*at least 1/],
  ])("%s", (_, f, words) => {
    expect(f).toThrow(words);
    expect(f).toThrow(T.ValidationError);
  });

  it.each<[string, () => unknown, RegExp]>([
    ["channels", () => T.conv2d(image(), T.ones([4, 3, 3, 3])), /expect 3 channel\(s\).*has 2/],
    ["groups", () => T.conv2d(image(), T.ones([3, 1, 3, 3]), { groups: 2 }), /2 group/],
    ["a dilated filter", () => T.conv2d(image(), filter(), { dilation: 4 }), /larger than the image/],
    ["a bias", () => T.conv2d(image(), filter(), { bias: T.ones([3]) }), /bias of shape \[4\]/],
    ["depthwise channels", () => T.depthwiseConv2d(image(), filter()), /expect 4 channel/],
    ["transposed channels", () => T.convTranspose2d(image(), T.ones([3, 2, 3, 3])), /expect 3 channel/],
    [
      "nothing left",
      () => T.convTranspose2d(T.ones([1, 2, 1, 1]), T.ones([2, 1, 3, 3]), { padding: 2 }),
      /use less padding/,
    ],
    ["a window", () => T.avgPool2d(image(), [9, 2]), /larger than the image/],
    ["axes", () => T.maxPool2d(T.ones([8, 8]), 2), /batch, channel, height, width/],
    ["moments", () => T.batchNorm(image(), T.ones([3]), T.ones([2])), /runningMean of shape \[2\]/],
    ["no moments", () => T.batchNorm(image()), /but got nothing/],
  ])("shapes that do not fit: %s", (_, f, words) => {
    expect(f).toThrow(words);
    expect(f).toThrow(T.ShapeError);
  });
});
