import type { TensorLike } from "../create.js";
import type { Tensor } from "../tensor-type.js";
import { runBinary } from "./broadcast.js";
import { square } from "./unary.js";

/** Element by element `a + b`, with broadcasting. */
export function add(a: TensorLike, b: TensorLike): Tensor {
  return runBinary("Add", a, b);
}

/** Element by element `a - b`, with broadcasting. */
export function sub(a: TensorLike, b: TensorLike): Tensor {
  return runBinary("Sub", a, b);
}

/** Element by element `a · b`, with broadcasting. */
export function mul(a: TensorLike, b: TensorLike): Tensor {
  return runBinary("Multiply", a, b);
}

/** Element by element `a / b`, with broadcasting. */
export function div(a: TensorLike, b: TensorLike): Tensor {
  return runBinary("RealDiv", a, b);
}

/** The larger of `a` and `b`; where they are equal each gets half of the gradient. */
export function maximum(a: TensorLike, b: TensorLike): Tensor {
  return runBinary("Maximum", a, b);
}

/** The smaller of `a` and `b`; where they are equal each gets half of the gradient. */
export function minimum(a: TensorLike, b: TensorLike): Tensor {
  return runBinary("Minimum", a, b);
}

/** Element by element `a` to the power `b`. The exponent 2 is the product `a · a`, exactly. */
export function pow(a: TensorLike, b: TensorLike): Tensor {
  return b === 2 && typeof a !== "number" ? square(a) : runBinary("Pow", a, b);
}

/** Element by element `(a - b)²`. */
export function squaredDifference(a: TensorLike, b: TensorLike): Tensor {
  return runBinary("SquaredDifference", a, b);
}

/** The angle of the vector `(x, y)` in (-π, π]. */
export function atan2(y: TensorLike, x: TensorLike): Tensor {
  return runBinary("Atan2", y, x);
}
