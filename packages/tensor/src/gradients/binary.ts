import { tidy } from "../memory.js";
import { add, div, mul, pow, sub } from "../ops/binary.js";
import { sumToShape } from "../ops/broadcast.js";
import { equal, greater, greaterEqual, less, logicalAnd, where } from "../ops/compare.js";
import { cast } from "../ops/shape.js";
import { log, neg, square } from "../ops/unary.js";
import type { Tensor } from "../tensor-type.js";
import { registerGradient } from "./own-gradients.js";

type Sides = { a: () => Tensor; b: () => Tensor };

/** Registers the gradient of a broadcasting kernel from its derivatives before the sum over repeated axes. */
function binaryGradient(kernelName: string, sides: (dy: Tensor, a: Tensor, b: Tensor) => Sides): void {
  registerGradient({
    kernelName,
    inputsToSave: ["a", "b"],
    gradFunc: (dy, [a, b]) => {
      const { a: da, b: db } = sides(dy as Tensor, a, b);
      return { a: () => sumToShape(da(), a.shape), b: () => sumToShape(db(), b.shape) };
    },
  });
}

binaryGradient("Add", (dy) => ({ a: () => dy, b: () => dy }));
binaryGradient("Sub", (dy) => ({ a: () => dy, b: () => neg(dy) }));
binaryGradient("Multiply", (dy, a, b) => ({ a: () => mul(dy, b), b: () => mul(dy, a) }));
binaryGradient("RealDiv", (dy, a, b) => ({
  a: () => div(dy, b),
  b: () => neg(mul(dy, div(div(a, b), b))),
}));
binaryGradient("SquaredDifference", (dy, a, b) => ({
  a: () => mul(dy, mul(sub(a, b), 2)),
  b: () => mul(dy, mul(sub(b, a), 2)),
}));
binaryGradient("Maximum", (dy, a, b) => ({
  a: () => mul(dy, shareOf(greater(a, b), equal(a, b))),
  b: () => mul(dy, shareOf(greater(b, a), equal(a, b))),
}));
binaryGradient("Minimum", (dy, a, b) => ({
  a: () => mul(dy, shareOf(less(a, b), equal(a, b))),
  b: () => mul(dy, shareOf(less(b, a), equal(a, b))),
}));
binaryGradient("Pow", (dy, a, b) => ({
  // b · a^(b-1) is 0 for b = 0, also where a^(-1) is infinite.
  a: () => where(equal(b, 0), 0, mul(dy, mul(b, pow(a, sub(b, 1))))),
  // a^b · ln a tends to 0 for a → 0 and b ≥ 0, where ln a alone is -∞.
  b: () => where(logicalAnd(equal(a, 0), greaterEqual(b, 0)), 0, mul(dy, mul(pow(a, b), log(a)))),
}));
binaryGradient("Atan2", (dy, y, x) => ({
  a: () => mul(dy, div(x, add(square(x), square(y)))),
  b: () => neg(mul(dy, div(y, add(square(x), square(y))))),
}));

/** 1 where an operand wins, ½ where it ties, 0 where it loses. */
function shareOf(wins: Tensor, ties: Tensor): Tensor {
  return tidy(() => add(cast(wins, "float32"), mul(cast(ties, "float32"), 0.5)));
}
