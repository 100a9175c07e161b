import { run } from "../run.js";
import type { Tensor } from "../tensor-type.js";

const unary =
  (kernelName: string) =>
  (x: Tensor): Tensor =>
    run(kernelName, { x });

/** |x|; its gradient at 0 is 0. */
export const abs: (x: Tensor) => Tensor = unary("Abs");
/** -x. */
export const neg: (x: Tensor) => Tensor = unary("Neg");
/** √x; NaN below 0. Its gradient at 0 is infinite. */
export const sqrt: (x: Tensor) => Tensor = unary("Sqrt");
/** 1/√x. */
export const rsqrt: (x: Tensor) => Tensor = unary("Rsqrt");
/** x². */
export const square: (x: Tensor) => Tensor = unary("Square");
/** eˣ. */
export const exp: (x: Tensor) => Tensor = unary("Exp");
/** eˣ - 1, accurate near 0. */
export const expm1: (x: Tensor) => Tensor = unary("Expm1");
/** Natural logarithm. */
export const log: (x: Tensor) => Tensor = unary("Log");
/** ln(1 + x), accurate near 0. */
export const log1p: (x: Tensor) => Tensor = unary("Log1p");
/** Hyperbolic tangent. */
export const tanh: (x: Tensor) => Tensor = unary("Tanh");
/** 1 / (1 + e⁻ˣ). */
export const sigmoid: (x: Tensor) => Tensor = unary("Sigmoid");
/** ln(1 + eˣ), and x itself above 20, as in PyTorch. */
export const softplus: (x: Tensor) => Tensor = unary("Softplus");
/** max(x, 0); its gradient at 0 is 0. */
export const relu: (x: Tensor) => Tensor = unary("Relu");
/** Sine of an angle in radians. */
export const sin: (x: Tensor) => Tensor = unary("Sin");
/** Cosine of an angle in radians. */
export const cos: (x: Tensor) => Tensor = unary("Cos");
/** 1/x. */
export const reciprocal: (x: Tensor) => Tensor = unary("Reciprocal");
/** -1, 0 or 1; its gradient is 0. */
export const sign: (x: Tensor) => Tensor = unary("Sign");
/** The largest whole number not above x; its gradient is 0. */
export const floor: (x: Tensor) => Tensor = unary("Floor");
/** The smallest whole number not below x; its gradient is 0. */
export const ceil: (x: Tensor) => Tensor = unary("Ceil");
/** The nearest whole number, halves to the even one; its gradient is 0. */
export const round: (x: Tensor) => Tensor = unary("Round");

/**
 * x limited to [min, max]; either bound may be infinite. The gradient is that of x inside and on
 * the bounds, 0 outside.
 */
export function clip(x: Tensor, min: number, max: number): Tensor {
  return run("ClipByValue", { x }, { clipValueMin: min, clipValueMax: max });
}
