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
/** Tangent of an angle in radians. */
export const tan: (x: Tensor) => Tensor = unary("Tan");
/** The angle in [-π/2, π/2] whose sine is x; NaN where |x| > 1. */
export const asin: (x: Tensor) => Tensor = unary("Asin");
/** The angle in [0, π] whose cosine is x; NaN where |x| > 1. */
export const acos: (x: Tensor) => Tensor = unary("Acos");
/** The angle in [-π/2, π/2] whose tangent is x. */
export const atan: (x: Tensor) => Tensor = unary("Atan");
/** Hyperbolic sine. */
export const sinh: (x: Tensor) => Tensor = unary("Sinh");
/** Hyperbolic cosine. */
export const cosh: (x: Tensor) => Tensor = unary("Cosh");
/** The inverse of {@link sinh}. */
export const asinh: (x: Tensor) => Tensor = unary("Asinh");
/** The inverse of {@link cosh}, not negative; NaN below 1. */
export const acosh: (x: Tensor) => Tensor = unary("Acosh");
/** The inverse of {@link tanh}; NaN where |x| > 1. */
export const atanh: (x: Tensor) => Tensor = unary("Atanh");
/** The error function, 2/√π ∫₀ˣ exp(-t²) dt. */
export const erf: (x: Tensor) => Tensor = unary("Erf");
/** x above 0, eˣ - 1 elsewhere (Clevert et al., 2016). */
export const elu: (x: Tensor) => Tensor = unary("Elu");
/** λ x above 0, λ α (eˣ - 1) elsewhere, with λ = 1.0507… and α = 1.6733… (Klambauer et al., 2017). */
export const selu: (x: Tensor) => Tensor = unary("Selu");
/** min(max(x, 0), 6); its gradient at 0 and at 6 is 0. */
export const relu6: (x: Tensor) => Tensor = unary("Relu6");
/** 1/x. */
export const reciprocal: (x: Tensor) => Tensor = unary("Reciprocal");
/** -1, 0 or 1, and 0 for NaN, as in PyTorch; its gradient is 0. */
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

/** x above 0, `slope` times x elsewhere; its gradient at 0 is `slope`. */
export function leakyRelu(x: Tensor, slope = 0.01): Tensor {
  return run("LeakyRelu", { x }, { alpha: slope });
}
