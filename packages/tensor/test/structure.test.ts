import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import * as T from "../src/index.js";
import {
  derivativeErrors,
  devices,
  expectRefusal,
  indicesOf,
  numbers,
  offset,
  relativeError,
  sizeOf,
} from "./support.js";

const shape = [2, 3, 4];

function reduceOracle(
  x: ArrayLike<number>,
  extents: number[],
  axes: number[],
  f: (values: number[]) => number,
): number[] {
  const kept = extents.map((e, i) => (axes.includes(i) ? 1 : e));
  const groups: number[][] = Array.from({ length: sizeOf(kept) }, () => []);
  for (const index of indicesOf(extents)) {
    groups[
      offset(
        kept,
        index.map((k, i) => (axes.includes(i) ? 0 : k)),
      )
    ].push(x[offset(extents, index)]);
  }
  return groups.map(f);
}

const total = (v: number[]) => v.reduce((a, b) => a + b, 0);
const average = (v: number[]) => total(v) / v.length;
const reductions = {
  sum: { op: T.sum, oracle: total },
  mean: { op: T.mean, oracle: average },
  max: { op: T.max, oracle: (v: number[]) => Math.max(...v) },
  min: { op: T.min, oracle: (v: number[]) => Math.min(...v) },
  variance: {
    op: (x: T.Tensor, axis?: number[], keepDims = false) => T.variance(x, axis, { keepDims }),
    oracle: (v: number[]) => total(v.map((e) => (e - average(v)) ** 2)) / (v.length - 1),
  },
};

for (const device of devices) {
  describe(device.title, () => {
    beforeEach(async () => {
      await device.use();
    });
    const x = numbers(sizeOf(shape));
    const make = () => T.tensor(x, shape);
    const pick = (out: number[], source: (index: number[]) => number[]) =>
      Array.from(indicesOf(out), (index) => x[offset(shape, source(index))]);

    for (const [name, { op, oracle }] of Object.entries(reductions)) {
      it(`${name} over any axes`, () => {
        for (const axes of [[0], [1], [2], [0, 2], [1, 2], [0, 1], [0, 1, 2]]) {
          const expected = reduceOracle(x, shape, axes, oracle);
          expect(relativeError(T.readSync(op(make(), axes)), expected)).toBeLessThan(device.bound);
          expect(op(make(), axes, true).shape).toEqual(shape.map((e, i) => (axes.includes(i) ? 1 : e)));
        }
        expect(op(make()).shape).toEqual([]);
        expect(relativeError(T.readSync(op(make())), [oracle([...x])])).toBeLessThan(device.bound);
        expect(op(make(), [-1]).shape).toEqual([2, 3]);
      });
    }

    it("all and any", () => {
      const flags = T.greater(
        T.tensor([
          [1, 2],
          [-1, 3],
        ]),
        0,
      );
      expect([...T.all(flags, 1).dataSync()]).toEqual([1, 0]);
      expect(T.any(flags).dataSync()[0]).toBe(1);
    });

    it("moves values about", () => {
      expect([...T.readSync(T.reshape(make(), [4, -1]))]).toEqual([...x]);
      expect(T.reshape(make(), [4, -1]).shape).toEqual([4, 6]);
      const turned = T.transpose(make(), [2, 0, 1]);
      expect([...T.readSync(turned)]).toEqual(pick([4, 2, 3], ([k, i, j]) => [i, j, k]));
      expect(T.transpose(make()).shape).toEqual([4, 3, 2]);
      expect([...T.readSync(T.slice(make(), [0, 1, 2], [2, -1, 2]))]).toEqual(
        pick([2, 2, 2], ([i, j, k]) => [i, j + 1, k + 2]),
      );
      expect([...T.readSync(T.reverse(make(), [0, -1]))]).toEqual(
        pick(shape, ([i, j, k]) => [1 - i, j, 3 - k]),
      );
      expect([...T.readSync(T.tile(make(), [1, 2, 2]))]).toEqual(
        pick([2, 6, 8], ([i, j, k]) => [i, j % 3, k % 4]),
      );
      expect([...T.readSync(T.gather(make(), [2, 0, 2], 1))]).toEqual(
        pick([2, 3, 4], ([i, j, k]) => [i, [2, 0, 2][j], k]),
      );
      expect([...T.readSync(T.concat([make(), make()], 1))]).toEqual(
        pick([2, 6, 4], ([i, j, k]) => [i, j % 3, k]),
      );
      expect(T.stack([make(), make(), make()], 1).shape).toEqual([2, 3, 3, 4]);
      const parts = T.unstack(make(), 1);
      expect(parts.length).toBe(3);
      expect([...T.readSync(parts[2])]).toEqual(pick([2, 4], ([i, k]) => [i, 2, k]));
      expect(T.squeeze(T.expandDims(make(), 1)).shape).toEqual(shape);
      expect([...T.readSync(T.broadcastTo(T.tensor([[1], [2]]), [2, 3]))]).toEqual([1, 1, 1, 2, 2, 2]);
      expect(T.cast(make(), "int32").dtype).toBe("int32");
    });

    it("multiplies matrices, transposed or not, in batches", () => {
      const [m, k, n] = [3, 5, 4];
      const a = numbers(2 * m * k, -1, 1, 2);
      const b = numbers(2 * k * n, -1, 1, 3);
      const expected = Array.from(indicesOf([2, m, n]), ([s, i, j]) => {
        let v = 0;
        for (let l = 0; l < k; l++) v += a[(s * m + i) * k + l] * b[(s * k + l) * n + j];
        return v;
      });
      const ta = T.tensor(a, [2, m, k]);
      const tb = T.tensor(b, [2, k, n]);
      const swap = (t: T.Tensor) => T.transpose(t, [0, 2, 1]);
      for (const y of [
        T.matMul(ta, tb),
        T.matMul(swap(ta), tb, true),
        T.matMul(ta, swap(tb), false, true),
        T.matMul(swap(ta), swap(tb), true, true),
      ]) {
        expect(relativeError(T.readSync(y), expected)).toBeLessThan(device.bound);
      }
      expect(T.matMul(ta, T.tensor(numbers(k * n), [k, n])).shape).toEqual([2, m, n]);
    });

    it("norm and sumSquares, with gradient 0 at 0", () => {
      const v = numbers(100);
      const squares = total([...v].map((e) => e * e));
      expect(relativeError(T.readSync(T.sumSquares(T.tensor(v))), [squares])).toBeLessThan(device.bound);
      expect(relativeError(T.readSync(T.norm(T.tensor(v))), [Math.sqrt(squares)])).toBeLessThan(device.bound);
      expect([...T.readSync(T.grad(T.norm)(T.tensor([0, 0])))]).toEqual([0, 0]);
    });

    it("leaves no tensor behind", () => {
      const before = T.memory().numTensors;
      const input = make();
      for (const op of [
        (t: T.Tensor) => T.variance(t, 1),
        (t: T.Tensor) => T.norm(t),
        (t: T.Tensor) => T.gather(t, [0, 1], 1),
        (t: T.Tensor) => T.unstack(t, 0),
        (t: T.Tensor) => T.stack([t, t]),
        (t: T.Tensor) => T.matMul(t, t, false, true),
        (t: T.Tensor) => T.broadcastTo(t, [3, 2, 3, 4]),
        (t: T.Tensor) => T.grad((v) => T.mean(T.square(T.sub(v, T.max(v)))))(t),
      ]) {
        T.dispose(op(input));
        expect(T.memory().numTensors).toBe(before + 1);
      }
      input.dispose();
    });
  });
}

describe("derivatives in float64, against central differences", () => {
  beforeEach(async () => {
    await T.useBackend("cpu", { dtype: "float64" });
  });
  const other = () => T.tensor(numbers(2 * 4 * 5, -1, 1, 9), [2, 4, 5]);
  const cases: Record<string, (x: T.Tensor) => T.Tensor> = {
    sum: (x) => T.square(T.sum(x, [0, 2])),
    mean: (x) => T.square(T.mean(x, 1, true)),
    max: (x) => T.square(T.max(x, 2)),
    min: (x) => T.square(T.min(x, [0, 1])),
    variance: (x) => T.variance(x, [0, 2]),
    reshape: (x) => T.square(T.reshape(x, [6, 4])),
    transpose: (x) => T.square(T.transpose(x, [1, 2, 0])),
    slice: (x) => T.square(T.slice(x, [0, 1, 1], [2, 2, 2])),
    concat: (x) => T.square(T.concat([x, T.square(x), x], 1)),
    stack: (x) => T.square(T.stack([x, T.exp(x)], 2)),
    unstack: (x) => T.mul(T.unstack(x, 1)[0], T.unstack(x, 1)[2]),
    tile: (x) => T.square(T.tile(x, [2, 1, 3])),
    reverse: (x) => T.mul(x, T.reverse(x, [2])),
    gather: (x) => T.square(T.gather(x, [2, 0, 2, 2], 1)),
    broadcastTo: (x) => T.square(T.broadcastTo(x, [3, 2, 3, 4])),
    "matMul left": (x) => T.square(T.matMul(x, other())),
    "matMul right": (x) => T.square(T.matMul(T.transpose(other(), [0, 2, 1]), T.transpose(x, [0, 2, 1]))),
    "matMul transposed left": (x) => T.square(T.matMul(T.transpose(x, [0, 2, 1]), other(), true)),
    "matMul both transposed": (x) => T.square(T.matMul(other(), x, true, true)),
    "matMul right transposed": (x) => T.square(T.matMul(x, T.transpose(other(), [0, 2, 1]), false, true)),
    norm: T.norm,
    sumSquares: (x) => T.square(T.sumSquares(x)),
    detach: (x) => T.mul(x, T.detach(T.tensor(numbers(24), shape))),
  };
  for (const [name, f] of Object.entries(cases)) {
    it(`${name}, first and second order`, () => {
      const { first, second } = derivativeErrors(f, shape);
      expect(first).toBeLessThan(1e-9);
      expect(second).toBeLessThan(1e-8);
    });
  }

  it("detach stops the gradient", () => {
    const g = T.grad((x) => T.sum(T.mul(x, T.detach(x))))(T.tensor([3, 4]));
    expect([...T.readSync(g)]).toEqual([3, 4]);
  });
});

describe("errors say what came", () => {
  beforeEach(async () => {
    await T.useBackend("cpu");
  });
  it.each<[string, () => unknown, abstract new (...args: never[]) => Error, RegExp]>([
    ["broadcast", () => T.add(T.ones([2, 3]), T.ones([4])), T.ShapeError, /\[2, 3\] and \[4\]/],
    ["reshape", () => T.reshape(T.ones([2, 3]), [4, 2]), T.ShapeError, /\[2, 3\] into \[4, 2\]/],
    ["transpose", () => T.transpose(T.ones([2, 3]), [0, 0]), T.ValidationError, /perm/],
    ["slice", () => T.slice(T.ones([2]), [1], [2]), T.OutOfRangeError, /leaves the shape/],
    ["gather", () => T.gather(T.ones([2]), [2]), T.OutOfRangeError, /index 2/],
    ["concat", () => T.concat([T.ones([2, 2]), T.ones([2, 3])], 0), T.ShapeError, /concat/],
    ["axis", () => T.sum(T.ones([2]), 1), T.OutOfRangeError, /axis 1/],
    ["matMul", () => T.matMul(T.ones([2, 3]), T.ones([2, 3])), T.ShapeError, /inner/],
    ["tensor", () => T.tensor(new Float32Array(5), [2, 3]), T.ShapeError, /holds 6 values, but 5/],
    ["ragged", () => T.tensor([[1, 2], [3]]), T.ShapeError, /different lengths/],
    [
      "padMode",
      () => T.pad2d(T.ones([1, 1, 4, 4]), [1, 1, 1, 1], "reflekt" as "reflect"),
      T.ValidationError,
      /"reflect"/,
    ],
    ["reflect", () => T.pad2d(T.ones([1, 1, 4, 4]), [4, 0, 0, 0], "reflect"), T.ShapeError, /height is 4/],
    ["no gradient", () => T.grad(() => T.scalar(1))(T.ones([2])), T.ModelError, /No gradient/],
    ["not one number", () => T.valueAndGrad((x) => x)(T.ones([2])), T.ShapeError, /one number/],
    [
      "unknown device",
      () => T.withDevice({ device: "cpx", dtype: "float32" }, () => 0),
      T.DeviceError,
      /Did you mean "cpu"/,
    ],
    [
      "missing dtype",
      () => T.withDevice({ device: "tfjs", dtype: "float64" }, () => 0),
      T.DeviceError,
      /float64: cpu/,
    ],
  ])("%s", (_, f, kind, words) => expectRefusal(f, kind, words));

  it("mixing two backends names both, and a disposed tensor is named so", async () => {
    const narrow = T.ones([2]);
    await T.useBackend("cpu", { dtype: "float64" });
    const wide = T.ones([2]);
    expect(() => T.add(narrow, wide)).toThrow(/"cpu" \(float32\).*"cpu" \(float64\)/s);
    expect(() => T.add(narrow, wide)).toThrow(T.DTypeError);
    wide.dispose();
    expect(() => T.neg(wide)).toThrow(/disposed/);
    // An op runs where its operands live, whatever device is active.
    expect(T.readSync(T.mul(narrow, 2))).toBeInstanceOf(Float32Array);
    expect(T.activeDevice().dtype).toBe("float64");
  });

  it("a function that throws in a gradient leaves no tensors and a working tape", () => {
    const x = T.ones([3]);
    const before = T.memory().numTensors;
    const boom = (v: T.Tensor): T.Tensor => {
      T.exp(T.square(v));
      throw new Error("boom");
    };
    expect(() => T.grad(boom)(x)).toThrow("boom");
    expect(T.memory().numTensors).toBe(before);
    expect([...T.readSync(T.grad((v) => T.sum(T.square(v)))(x))]).toEqual([2, 2, 2]);
  });
});

describe("moving", () => {
  it("float64 to float32 rounds to nearest, and back is exact", async () => {
    await T.useBackend("cpu", { dtype: "float64" });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.double({ noNaN: true, min: -1e30, max: 1e30 }), { minLength: 1, maxLength: 9 }),
        async (v) => {
          const wide = T.tensor(v);
          const narrow = await T.toDevice(wide, { dtype: "float32" });
          const back = await T.toDevice(narrow, { dtype: "float64" });
          expect([...T.readSync(narrow)]).toEqual(v.map(Math.fround));
          expect([...T.readSync(back)]).toEqual(v.map(Math.fround));
          T.dispose(wide, narrow, back);
        },
      ),
      { numRuns: 30 },
    );
  });
});
