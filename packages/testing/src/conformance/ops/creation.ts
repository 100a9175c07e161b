import * as T from "@plenoptic/tensor";
import { arrayOf, type NumberArray, spread } from "../arrays.js";
import type { OpCase } from "../types.js";

/** A tensor that is made rather than computed; the input only says on which device. */
function made(op: string, title: string, apply: OpCase["apply"], ...expected: NumberArray[]): OpCase {
  return { ops: [op], title, inputs: [spread([2, 3])], apply, oracle: () => expected, exact: true };
}

const filled = (value: number, shape: readonly number[] = [2, 3]) => arrayOf(shape, () => value);

/**
 * The first numbers of PyTorch's `rand` and `randn` after `manual_seed(0)`, as it prints them in float32. In float64 uniform
 * numbers take two draws each, so only float32's are listed; the bits of both are compared with the generator's.
 */
const torchSaysRand = [0.4963, 0.7682, 0.0885, 0.132];
const torchSaysRandn = [1.541, -0.2934, -2.1788];

const created: readonly OpCase[] = [
  made(
    "tensor",
    "of numbers, lists and typed arrays",
    () => [
      T.tensor(2.5),
      T.tensor([
        [1, 2],
        [3, -4],
      ]),
      T.tensor(Float64Array.of(1, 2, 3, 4, 5, 6), [2, 3]),
      T.tensor([], [0, 3]),
    ],
    filled(2.5, []),
    { shape: [2, 2], values: [1, 2, 3, -4] },
    { shape: [2, 3], values: [1, 2, 3, 4, 5, 6] },
    { shape: [0, 3], values: [] },
  ),
  made("scalar", "of a number", () => T.scalar(-1.5), filled(-1.5, [])),
  made(
    "full",
    "of one number",
    () => [T.full([2, 3], 0.5), T.full([], 7), T.full([0], 7)],
    filled(0.5),
    filled(7, []),
    filled(7, [0]),
  ),
  made("zeros", "of a shape", () => T.zeros([2, 3]), filled(0)),
  made("ones", "of a shape", () => T.ones([2, 3]), filled(1)),
  made("fullLike", "of a tensor", (x) => T.fullLike(x, -2), filled(-2)),
  made("zerosLike", "of a tensor", (x) => T.zerosLike(x), filled(0)),
  made("onesLike", "of a tensor", (x) => T.onesLike(x), filled(1)),
  {
    ops: ["linspace"],
    title: "both ends included",
    inputs: [],
    apply: () => [T.linspace(-1, 2, 7), T.linspace(3, 9, 1)],
    oracle: () => [arrayOf([7], ([i]) => -1 + i / 2), filled(3, [1])],
  },
];

const copied: readonly OpCase[] = [
  {
    ops: ["clone"],
    title: "of a tensor",
    inputs: [spread([3, 5])],
    apply: (x) => T.clone(x),
    oracle: (x) => x,
    differentiate: [0],
    exact: true,
  },
  {
    ops: ["detach"],
    title: "stops the gradient",
    inputs: [spread([3, 5])],
    apply: (x) => [T.detach(x), T.grad((v) => T.sum(T.mul(v, T.detach(v))))(x)],
    oracle: (x) => [x, x],
    exact: true,
  },
];

/** Draws after a seed and leaves the generator where it was. */
function afterSeed<R>(seed: number, draw: () => R): R {
  const state = T.getRandomState();
  T.setSeed(seed);
  try {
    return draw();
  } finally {
    T.setRandomState(state);
  }
}

const isNear = (x: T.Tensor, printed: readonly number[]) =>
  T.cast(T.less(T.abs(T.sub(x, T.tensor([...printed]))), 6e-5), "float32");

const random: readonly OpCase[] = [
  {
    ops: ["rand", "randLike"],
    title: "are the generator's bits",
    inputs: [spread([3, 4])],
    apply: (x) => {
      const wide = T.deviceOf(x).dtype === "float64";
      const likewise = afterSeed(7, () =>
        T.tensor(T.uniformNumbers(12, wide ? "float64" : "float32"), [3, 4]),
      );
      const drawn = [afterSeed(7, () => T.rand([3, 4])), afterSeed(7, () => T.randLike(x))];
      return drawn.map((y) => T.cast(T.equal(y, likewise), "float32"));
    },
    oracle: () => [filled(1, [3, 4]), filled(1, [3, 4])],
    exact: true,
  },
  {
    ops: ["rand", "randn", "randnLike"],
    title: "begin as PyTorch's do",
    dtype: "float32",
    inputs: [spread([3])],
    apply: (x) => {
      const uniform = afterSeed(0, () => T.rand([4]));
      const normal = [afterSeed(0, () => T.randn([3])), afterSeed(0, () => T.randnLike(x))];
      return [isNear(uniform, torchSaysRand), ...normal.map((y) => isNear(y, torchSaysRandn))];
    },
    oracle: () => [filled(1, [4]), filled(1, [3]), filled(1, [3])],
    exact: true,
  },
];

export const creationCases: readonly OpCase[] = [...created, ...copied, ...random];
