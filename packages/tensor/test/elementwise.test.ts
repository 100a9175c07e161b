import { beforeEach, describe, expect, it } from "vitest";
import * as T from "../src/index.js";
import { derivativeErrors, devices, numbers, relativeError } from "./support.js";

type Unary = {
  op: (x: T.Tensor) => T.Tensor;
  oracle: (x: number) => number;
  low?: number;
  high?: number;
  special?: number[];
};

const half = (x: number) => {
  const r = Math.round(x);
  return Math.abs(x % 1) === 0.5 && r % 2 !== 0 ? r - 1 : r;
};

/** 2/√π Σ (-1)^n x^(2n+1) / (n! (2n+1)); good to 1e-14 for |x| <= 2. */
function erf(x: number): number {
  let power = x;
  let total = x;
  for (let n = 1; n < 60; n++) {
    power *= (-x * x) / n;
    total += power / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * total;
}

const unary: Record<string, Unary> = {
  abs: { op: T.abs, oracle: Math.abs },
  neg: { op: T.neg, oracle: (x) => -x },
  sqrt: { op: T.sqrt, oracle: Math.sqrt, low: 0.1, high: 4, special: [0] },
  rsqrt: { op: T.rsqrt, oracle: (x) => 1 / Math.sqrt(x), low: 0.1, high: 4 },
  square: { op: T.square, oracle: (x) => x * x },
  exp: { op: T.exp, oracle: Math.exp, low: -3, high: 3, special: [0] },
  expm1: { op: T.expm1, oracle: Math.expm1, special: [0, 1e-5] },
  log: { op: T.log, oracle: Math.log, low: 0.1, high: 5, special: [1] },
  log1p: { op: T.log1p, oracle: Math.log1p, low: -0.5, high: 5, special: [0, 1e-5] },
  tanh: { op: T.tanh, oracle: Math.tanh, special: [0, 30, -30] },
  sigmoid: { op: T.sigmoid, oracle: (x) => 1 / (1 + Math.exp(-x)), low: -4, high: 4 },
  softplus: {
    op: T.softplus,
    oracle: (x) => (x > 20 ? x : Math.log1p(Math.exp(x))),
    low: -4,
    high: 4,
    special: [0, 25],
  },
  relu: { op: T.relu, oracle: (x) => Math.max(0, x), special: [0] },
  sin: { op: T.sin, oracle: Math.sin, low: -6, high: 6 },
  cos: { op: T.cos, oracle: Math.cos, low: -6, high: 6 },
  tan: { op: T.tan, oracle: Math.tan, special: [0] },
  asin: { op: T.asin, oracle: Math.asin, low: -0.9, high: 0.9, special: [0, 1, -1] },
  acos: { op: T.acos, oracle: Math.acos, low: -0.9, high: 0.9, special: [0, 1, -1] },
  atan: { op: T.atan, oracle: Math.atan, low: -4, high: 4, special: [0] },
  sinh: { op: T.sinh, oracle: Math.sinh, low: -3, high: 3, special: [0] },
  cosh: { op: T.cosh, oracle: Math.cosh, low: -3, high: 3, special: [0] },
  asinh: { op: T.asinh, oracle: Math.asinh, low: -3, high: 3, special: [0] },
  acosh: { op: T.acosh, oracle: Math.acosh, low: 1.2, high: 4, special: [1] },
  atanh: { op: T.atanh, oracle: Math.atanh, low: -0.9, high: 0.9, special: [0] },
  erf: { op: T.erf, oracle: erf, low: -2, high: 2, special: [0] },
  elu: { op: T.elu, oracle: (x) => (x > 0 ? x : Math.expm1(x)), special: [0, 800] },
  selu: {
    op: T.selu,
    oracle: (x) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x)),
    special: [0],
  },
  relu6: { op: T.relu6, oracle: (x) => Math.min(6, Math.max(0, x)), low: -3, high: 9, special: [0, 6] },
  leakyRelu: { op: (x) => T.leakyRelu(x, 0.3), oracle: (x) => (x > 0 ? x : 0.3 * x), special: [0] },
  reciprocal: { op: T.reciprocal, oracle: (x) => 1 / x, low: 0.2, high: 2 },
  sign: { op: T.sign, oracle: Math.sign, special: [0] },
  floor: { op: T.floor, oracle: Math.floor, low: -3, high: 3 },
  ceil: { op: T.ceil, oracle: Math.ceil, low: -3, high: 3 },
  round: { op: T.round, oracle: half, low: -3, high: 3, special: [0.5, 1.5, 2.5, -0.5, -1.5] },
  clip: { op: (x) => T.clip(x, -0.3, 0.4), oracle: (x) => Math.min(0.4, Math.max(-0.3, x)) },
};

type Binary = {
  op: (a: T.TensorLike, b: T.TensorLike) => T.Tensor;
  oracle: (a: number, b: number) => number;
  low?: number;
};

const binary: Record<string, Binary> = {
  add: { op: T.add, oracle: (a, b) => a + b },
  sub: { op: T.sub, oracle: (a, b) => a - b },
  mul: { op: T.mul, oracle: (a, b) => a * b },
  div: { op: T.div, oracle: (a, b) => a / b, low: 0.3 },
  maximum: { op: T.maximum, oracle: Math.max },
  minimum: { op: T.minimum, oracle: Math.min },
  pow: { op: T.pow, oracle: (a, b) => a ** b, low: 0.3 },
  squaredDifference: { op: T.squaredDifference, oracle: (a, b) => (a - b) ** 2 },
  atan2: { op: T.atan2, oracle: Math.atan2 },
};

const comparisons: Record<
  string,
  { op: (a: T.TensorLike, b: T.TensorLike) => T.Tensor; oracle: (a: number, b: number) => boolean }
> = {
  equal: { op: T.equal, oracle: (a, b) => a === b },
  notEqual: { op: T.notEqual, oracle: (a, b) => a !== b },
  less: { op: T.less, oracle: (a, b) => a < b },
  lessEqual: { op: T.lessEqual, oracle: (a, b) => a <= b },
  greater: { op: T.greater, oracle: (a, b) => a > b },
  greaterEqual: { op: T.greaterEqual, oracle: (a, b) => a >= b },
};

const shapes: [number[], number[]][] = [
  [
    [2, 3, 5],
    [2, 3, 5],
  ],
  [[2, 3, 5], [5]],
  [
    [2, 3, 5],
    [3, 1],
  ],
  [
    [2, 1, 5],
    [3, 1],
  ],
  [[7], []],
];

function broadcastPairs(a: number[], b: number[], f: (i: number, j: number) => void): void {
  const rank = Math.max(a.length, b.length);
  const pa = [...Array(rank - a.length).fill(1), ...a];
  const pb = [...Array(rank - b.length).fill(1), ...b];
  const walk = (axis: number, i: number, j: number) => {
    if (axis === rank) return f(i, j);
    for (let k = 0; k < Math.max(pa[axis], pb[axis]); k++) {
      walk(axis + 1, i * pa[axis] + (pa[axis] === 1 ? 0 : k), j * pb[axis] + (pb[axis] === 1 ? 0 : k));
    }
  };
  walk(0, 0, 0);
}

for (const device of devices) {
  describe(device.title, () => {
    beforeEach(async () => {
      await device.use();
    });

    for (const [name, { op, oracle, low = -1, high = 1, special = [] }] of Object.entries(unary)) {
      it(`${name} equals its formula`, () => {
        const x = [...numbers(37, low, high), ...special];
        const before = T.memory().numTensors;
        const input = T.tensor(x);
        const y = op(input);
        expect(relativeError(T.readSync(y), x.map(oracle))).toBeLessThan(device.bound);
        T.dispose(y, input);
        expect(T.memory().numTensors).toBe(before);
      });
    }

    for (const [name, { op, oracle, low = -1 }] of Object.entries(binary)) {
      it(`${name} broadcasts`, () => {
        const before = T.memory().numTensors;
        for (const [shapeA, shapeB] of shapes) {
          const a = numbers(
            shapeA.reduce((n, e) => n * e, 1),
            low,
            1.5,
            2,
          );
          const b = numbers(
            shapeB.reduce((n, e) => n * e, 1),
            low,
            1.5,
            4,
          );
          const expected: number[] = [];
          broadcastPairs(shapeA, shapeB, (i, j) => expected.push(oracle(a[i], b[j])));
          const [ta, tb] = [T.tensor(a, shapeA), T.tensor(b, shapeB)];
          const y = op(ta, tb);
          expect(relativeError(T.readSync(y), expected)).toBeLessThan(device.bound);
          T.dispose(ta, tb, y);
        }
        expect(T.memory().numTensors).toBe(before);
      });

      it(`${name} takes numbers on either side`, () => {
        const x = numbers(9, 0.2, 1.5);
        const before = T.memory().numTensors;
        const input = T.tensor(x);
        const [left, right, both] = [op(0.75, input), op(input, 0.75), op(0.5, 0.75)];
        expect(
          relativeError(
            T.readSync(left),
            Array.from(x, (v) => oracle(0.75, v)),
          ),
        ).toBeLessThan(device.bound);
        expect(
          relativeError(
            T.readSync(right),
            Array.from(x, (v) => oracle(v, 0.75)),
          ),
        ).toBeLessThan(device.bound);
        expect(relativeError(T.readSync(both), [oracle(0.5, 0.75)])).toBeLessThan(device.bound);
        T.dispose(left, right, both, input);
        expect(T.memory().numTensors).toBe(before);
      });
    }

    for (const [name, { op, oracle }] of Object.entries(comparisons)) {
      it(`${name} compares`, () => {
        const a = [1, 2, 3, -1, 0];
        const b = [1, 3, 2, -1, -0];
        expect([...op(T.tensor(a), T.tensor(b)).dataSync()]).toEqual(
          a.map((v, i) => (oracle(v, b[i]) ? 1 : 0)),
        );
        expect([...op(T.tensor(a), 1).dataSync()]).toEqual(a.map((v) => (oracle(v, 1) ? 1 : 0)));
      });
    }

    it("softmax and logSoftmax equal their formulas along any axis", () => {
      const shape = [3, 4, 5];
      const x = numbers(60, -3, 3);
      const before = T.memory().numTensors;
      const input = T.tensor(x, shape);
      for (const axis of [-1, 0, 1, 2]) {
        const stride = [20, 5, 1].at(axis) as number;
        const length = shape.at(axis) as number;
        const expected = Array.from(x, (v, i) => {
          const start = i - (Math.floor(i / stride) % length) * stride;
          let sum = 0;
          for (let k = 0; k < length; k++) sum += Math.exp(x[start + k * stride]);
          return Math.exp(v) / sum;
        });
        const [y, log] = [T.softmax(input, axis), T.logSoftmax(input, axis)];
        expect(relativeError(T.readSync(y), expected)).toBeLessThan(device.bound);
        expect(relativeError(T.readSync(log), expected.map(Math.log))).toBeLessThan(device.bound);
        T.dispose(y, log);
      }
      input.dispose();
      expect(T.memory().numTensors).toBe(before);
    });

    it("softmax and logSoftmax of large numbers neither overflow nor vanish", () => {
      const x = T.tensor([1000, 999, -1000]);
      const e = 1 / (1 + Math.exp(-1));
      expect(relativeError(T.readSync(T.softmax(x)), [e, 1 - e, 0])).toBeLessThan(device.bound);
      const log = T.readSync(T.logSoftmax(x));
      expect(relativeError(log, [Math.log(e), Math.log(1 - e), -2000 + Math.log(e)])).toBeLessThan(
        device.bound,
      );
      expect(() => T.softmax(x, 1)).toThrow(T.OutOfRangeError);
    });

    it("combines and selects by booleans", () => {
      const x = T.tensor([-1, 0, 1, 2]);
      const both = T.logicalAnd(T.greater(x, -0.5), T.less(x, 1.5));
      expect([...both.dataSync()]).toEqual([0, 1, 1, 0]);
      expect([...T.logicalOr(T.greater(x, 1), T.less(x, 0)).dataSync()]).toEqual([1, 0, 0, 1]);
      expect([...T.logicalNot(both).dataSync()]).toEqual([1, 0, 0, 1]);
      expect([...T.readSync(T.where(both, x, -5))]).toEqual([-5, 0, 1, -5]);
      expect([...T.readSync(T.where(both, 7, x))]).toEqual([-1, 7, 7, 2]);
      expect(T.where(T.greater(T.tensor([[1], [-1]]), 0), T.tensor([1, 2, 3]), 0).shape).toEqual([2, 3]);
    });

    it("recognizes NaN and infinity", () => {
      const x = T.tensor([1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
      expect([...T.isFinite(x).dataSync()]).toEqual([1, 0, 0, 0]);
      expect([...T.isNaN(x).dataSync()]).toEqual([0, 1, 0, 0]);
    });
  });
}

describe("derivatives in float64, against central differences", () => {
  beforeEach(async () => {
    await T.useBackend("cpu", { dtype: "float64" });
  });

  for (const [name, { op, low, high }] of Object.entries(unary)) {
    it(`${name}, first and second order`, () => {
      const { first, second } = derivativeErrors(op, [13], low, high);
      expect(first).toBeLessThan(1e-9);
      expect(second).toBeLessThan(1e-9);
    });
  }

  for (const [name, { op, low = -1 }] of Object.entries(binary)) {
    for (const [shapeA, shapeB] of shapes) {
      it(`${name} of [${shapeA}] and [${shapeB}], first and second order, either side`, () => {
        const b = T.tensor(
          numbers(
            shapeB.reduce((n, e) => n * e, 1),
            low,
            1.5,
            4,
          ),
          shapeB,
        );
        const a = T.tensor(
          numbers(
            shapeA.reduce((n, e) => n * e, 1),
            low,
            1.5,
            2,
          ),
          shapeA,
        );
        const left = derivativeErrors((x) => op(x, b), shapeA, low, 1.5);
        const right = derivativeErrors((x) => op(a, x), shapeB, low, 1.5);
        for (const error of [left.first, left.second, right.first, right.second])
          expect(error).toBeLessThan(1e-8);
      });
    }
  }

  for (const [name, op] of Object.entries({ softmax: T.softmax, logSoftmax: T.logSoftmax })) {
    for (const axis of [-1, 0]) {
      it(`${name} along axis ${axis}, first and second order`, () => {
        const { first, second } = derivativeErrors((x) => op(x, axis), [3, 4]);
        expect(Math.max(first, second)).toBeLessThan(1e-9);
      });
    }
  }

  it("elu and selu do not overflow in the slope of the side that is not taken", () => {
    const x = T.tensor([800, -800, 0]);
    const curvature = (op: (v: T.Tensor) => T.Tensor) =>
      T.readSync(T.grad((v) => T.sum(T.grad((w) => T.sum(op(w)))(v)))(x));
    expect([...T.readSync(T.grad((v) => T.sum(T.elu(v)))(x))]).toEqual([1, 0, 1]);
    expect([...curvature(T.elu)]).toEqual([0, 0, 1]);
    expect(curvature(T.selu)[0]).toBe(0);
  });

  it("where sends the gradient to the chosen operand, broadcasting included", () => {
    const condition = T.greater(T.tensor([1, -1, 1]), 0);
    const { first, second } = derivativeErrors((x) => T.where(condition, T.square(x), T.mul(x, x)), [2, 3]);
    expect(Math.max(first, second)).toBeLessThan(1e-9);
    const g = T.grad((x) => T.sum(T.where(condition, x, 0)))(T.tensor([5]));
    expect([...T.readSync(g)]).toEqual([2]);
  });

  it("shares the gradient of equal operands as PyTorch does", () => {
    const x = T.tensor([1, 2, 3]);
    const other = T.tensor([1, 5, 0]);
    expect([...T.readSync(T.grad((v) => T.sum(T.maximum(v, other)))(x))]).toEqual([0.5, 0, 1]);
    expect([...T.readSync(T.grad((v) => T.sum(T.minimum(v, other)))(x))]).toEqual([0.5, 1, 0]);
    expect([...T.readSync(T.grad((v) => T.sum(T.clip(v, 1, 2)))(x))]).toEqual([1, 1, 0]);
    expect([...T.readSync(T.grad((v) => T.sum(T.relu(v)))(T.tensor([-1, 0, 1])))]).toEqual([0, 0, 1]);
  });

  it("pow has a finite gradient at the edges", () => {
    expect([...T.readSync(T.grad((v) => T.sum(T.pow(v, 0)))(T.tensor([0, 2])))]).toEqual([0, 0]);
    expect([...T.readSync(T.grad((v) => T.sum(T.pow(T.tensor([0, 1]), v)))(T.tensor([2, 3])))]).toEqual([
      0, 0,
    ]);
    expect([...T.readSync(T.grad((v) => T.sum(T.pow(v, 2)))(T.tensor([0, -3])))]).toEqual([0, -6]);
  });

  it("softplus above 20 has slope 1 exactly, as in PyTorch", () => {
    expect(T.readSync(T.grad((v) => T.sum(T.softplus(v)))(T.tensor([25])))[0]).toBe(1);
  });
});

describe("exact scalars", () => {
  it("a number in an op is not rounded to float32 on a float64 device", async () => {
    await T.useBackend("cpu", { dtype: "float64" });
    expect(T.readSync(T.mul(T.tensor([3]), 0.1))[0]).toBe(3 * 0.1);
    expect(T.readSync(T.tensor([0.1]))[0]).toBe(0.1);
    expect(T.readSync(T.tensor([0.1]))).toBeInstanceOf(Float64Array);
    expect(T.readSync(T.clip(T.tensor([1]), 0, 0.1))[0]).toBe(0.1);
  });
});
