import { engine } from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { beforeEach, describe, expect, it, vi } from "vitest";
import * as T from "../src/index.js";
import { devices, expectRefusal, numbers } from "./support.js";

const make = () => T.tensor(numbers(24), [2, 3, 4]);

const ways: Record<string, (x: T.Tensor) => T.Tensor> = {
  gather: (x) => T.gather(x, [2, 0, 2], 1),
  scatterAdd: (x) => T.scatterAdd(x, [4, 0, 4], 1, 5),
  scatter: (x) => T.scatter(x, [1], T.slice(x, [0, 0, 0], [1, -1, -1]), 0),
  topk: (x) => T.topk(x, 2, 1).values,
  cumsum: (x) => T.cumsum(x, 1),
  prod: (x) => T.prod(x, [0, 2]),
  logSumExp: (x) => T.logSumExp(x, 2),
  einsum: (x) => T.einsum("ijk,ilk->jl", x, x),
  stridedSlice: (x) => T.stridedSlice(x, [null, 0, 3], [null, 2, null], [1, 1, -2]),
  pad: (x) =>
    T.pad(x, [
      [0, 1],
      [1, 0],
      [2, 2],
    ]),
};

for (const device of devices) {
  describe(device.title, () => {
    beforeEach(async () => {
      await device.use();
    });

    it("differentiates twice without reading a value, and leaves no tensor behind", () => {
      const x = make();
      const before = T.memory().numTensors;
      const readSync = vi.spyOn(engine().backend, "readSync");
      // tfjs's plain backend computes by reading; what matters is that no op does so between kernels.
      const dataSync = vi.spyOn(Object.getPrototypeOf(x), "dataSync");
      for (const f of Object.values(ways)) {
        const slope = T.grad((v) => T.sum(T.square(T.grad((u) => T.sum(T.square(f(u))))(v))))(x);
        expect(slope.shape).toEqual(x.shape);
        slope.dispose();
      }
      if (device.title.startsWith("cpu")) expect(readSync).not.toHaveBeenCalled();
      expect(dataSync).not.toHaveBeenCalled();
      vi.restoreAllMocks();
      expect(T.memory().numTensors).toBe(before);
    });
  });
}

describe("as properties", () => {
  beforeEach(async () => {
    await T.useBackend("cpu", { dtype: "float64" });
  });

  it("scatterAdd is the transpose of gather", () => {
    const property = fc.property(
      fc.tuple(
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 9 }),
      ),
      fc.integer({ min: 0, max: 2 }),
      fc.array(fc.nat(), { minLength: 1, maxLength: 12 }),
      (shape, axis, list) => {
        const indices = list.map((i) => i % shape[axis]);
        const small = shape.map((e, a) => (a === axis ? indices.length : e));
        const [x, y] = [shape, small].map((s, i) =>
          T.tensor(
            numbers(
              s.reduce((n, e) => n * e, 1),
              -1,
              1,
              i,
            ),
            s,
          ),
        );
        const left = T.readSync(T.sum(T.mul(T.gather(x, indices, axis), y)))[0];
        const right = T.readSync(T.sum(T.mul(x, T.scatterAdd(y, indices, axis, shape[axis]))))[0];
        expect(Math.abs(left - right)).toBeLessThan(1e-12);
      },
    );
    T.tidy(() => fc.assert(property, { numRuns: 60 }));
  });

  it("topk of all values sorts them, stably, with NaN first", () => {
    const value = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom(Number.NaN, Infinity, -Infinity));
    const property = fc.property(fc.array(value, { minLength: 1, maxLength: 40 }), fc.nat(), (row, some) => {
      const k = 1 + (some % row.length);
      const rank = (v: number) => (Number.isNaN(v) ? [1, 0] : [0, v]);
      const order = row
        .map((_, i) => i)
        .sort((p, q) => {
          const [[a, b], [c, d]] = [rank(row[p]), rank(row[q])];
          return c - a || (b === d ? 0 : d - b) || p - q;
        });
      const { values, indices } = T.topk(T.tensor(row), k);
      expect([...indices.dataSync()]).toEqual(order.slice(0, k));
      expect([...T.readSync(values)]).toEqual(order.slice(0, k).map((i) => row[i]));
    });
    T.tidy(() => fc.assert(property, { numRuns: 200 }));
  });

  it("a strided slice is what Python takes", () => {
    const place = fc.option(fc.integer({ min: -12, max: 12 }), { nil: null });
    const stride = fc.integer({ min: -4, max: 4 }).filter((s) => s !== 0);
    const property = fc.property(
      fc.integer({ min: 0, max: 9 }),
      place,
      place,
      stride,
      (extent, begin, end, step) => {
        // Python's definition: the places start, start + step, … in front of stop, with start and stop cut to the axis.
        const [low, high] = step > 0 ? [0, extent] : [-1, extent - 1];
        const cut = (v: number) => Math.min(high, Math.max(low, v < 0 ? v + extent : v));
        const start = begin === null ? (step > 0 ? low : high) : cut(begin);
        const stop = end === null ? (step > 0 ? high : low) : cut(end);
        const expected: number[] = [];
        for (let i = start; step > 0 ? i < stop : i > stop; i += step) expected.push(i);
        const x = T.tensor(Float64Array.from({ length: extent }, (_, i) => i));
        expect([...T.readSync(T.stridedSlice(x, [begin], [end], [step]))]).toEqual(expected);
      },
    );
    T.tidy(() => fc.assert(property, { numRuns: 300 }));
  });
});

describe("errors say what came", () => {
  beforeEach(async () => {
    await T.useBackend("cpu");
  });
  const x = () => T.ones([2, 3]);
  it.each<[string, () => unknown, abstract new (...args: never[]) => Error, RegExp]>([
    ["scatterAdd index", () => T.scatterAdd(x(), [0, 5], 0, 4), T.OutOfRangeError, /index 5 .* axis of 4/],
    ["scatterAdd count", () => T.scatterAdd(x(), [0, 1], 1, 4), T.ShapeError, /3 slices and 2 indices/],
    ["scatter twice", () => T.scatter(x(), [0, 0], x()), T.OutOfRangeError, /twice/],
    ["scatter shape", () => T.scatter(x(), [0], T.ones([1, 4])), T.ShapeError, /\[1, 4\] into \[2, 3\]/],
    ["topk", () => T.topk(x(), 4), T.ValidationError, /1 to 3/],
    ["argMax", () => T.argMax(x(), 2), T.OutOfRangeError, /axis 2/],
    ["oneHot floats", () => T.oneHot(x(), 3), T.DTypeError, /whole numbers/],
    ["oneHot depth", () => T.oneHot([1], 0), T.ValidationError, /depth/],
    ["pad", () => T.pad(x(), [[1, 1]]), T.ValidationError, /each of the 2 axes/],
    [
      "pad negative",
      () =>
        T.pad(x(), [
          [1, 1],
          [0, -1],
        ]),
      T.ValidationError,
      /at least 0/,
    ],
    [
      "stridedSlice",
      () => T.stridedSlice(x(), [0], [1], [0]),
      T.ValidationError,
      /strides .* none of them 0/,
    ],
    [
      "stridedSlice rank",
      () => T.stridedSlice(x(), [0, 0, 0], []),
      T.ValidationError,
      /begin must be at most 2/,
    ],
    ["einsum terms", () => T.einsum("ij,jk->ik", x()), T.ValidationError, /for each of the 1 operands/],
    ["einsum rank", () => T.einsum("ijk->i", x()), T.ShapeError, /\[2, 3\] for the term "ijk"/],
    [
      "einsum extents",
      () => T.einsum("ij,ij->", x(), T.ones([3, 2])),
      T.ShapeError,
      /extents 2 and 3 for "i"/,
    ],
    ["einsum result", () => T.einsum("ij->ik", x()), T.ValidationError, /each label of the result/],
    ["einsum letters", () => T.einsum("i1->i", x()), T.ValidationError, /letters/],
  ])("%s", (_, f, kind, words) => expectRefusal(f, kind, words));
});
