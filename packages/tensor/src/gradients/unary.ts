import { engine } from "@tensorflow/tfjs-core";
import { add, div, mul, sub } from "../ops/binary.js";
import { equal, greater, less, logicalAnd, where } from "../ops/compare.js";
import { softplusSlope } from "../ops/softplus-slope.js";
import {
  clip,
  cos,
  cosh,
  exp,
  expm1,
  neg,
  reciprocal,
  rsqrt,
  sigmoid,
  sign,
  sin,
  sinh,
  sqrt,
  square,
  tan,
  tanh,
} from "../ops/unary.js";
import { run } from "../run.js";
import type { Tensor } from "../tensor-type.js";
import { registerGradient } from "./own-gradients.js";

/** Gradient that reads the input. */
function fromInput(
  kernelName: string,
  derivative: (dy: Tensor, x: Tensor, attrs: Record<string, unknown>) => Tensor,
): void {
  registerGradient({
    kernelName,
    inputsToSave: ["x"],
    gradFunc: (dy, [x], attrs) => ({ x: () => derivative(dy as Tensor, x, attrs) }),
  });
}

/**
 * Gradient that reads the output, which spares a second evaluation of the function. When the gradient is itself
 * being recorded, to be differentiated again, the output is computed anew from the input: tfjs's tape orders the
 * saved copy of an output before the output, and would lose that path.
 */
function fromOutput(
  kernelName: string,
  op: (x: Tensor) => Tensor,
  derivative: (dy: Tensor, y: Tensor) => Tensor,
): void {
  registerGradient({
    kernelName,
    inputsToSave: ["x"],
    outputsToSave: [true],
    gradFunc: (dy, [x, y]) => ({
      x: () => derivative(dy as Tensor, engine().state.gradientDepth > 0 ? op(x) : y),
    }),
  });
}

const seluScale = 1.0507009873554805;
const seluAlpha = 1.6732632423543772;

/** e^x below 0, and 1 above: the exponential may not overflow on the side that is not chosen. */
const expBelow0 = (x: Tensor): Tensor => exp(clip(x, Number.NEGATIVE_INFINITY, 0));

fromInput("Abs", (dy, x) => mul(dy, sign(x)));
fromInput("Neg", (dy) => neg(dy));
fromInput("Square", (dy, x) => mul(dy, mul(x, 2)));
fromInput("Log", (dy, x) => div(dy, x));
fromInput("Log1p", (dy, x) => div(dy, add(x, 1)));
fromInput("Relu", (dy, x) => mul(dy, run("Step", { x }, { alpha: 0 })));
fromInput("Sin", (dy, x) => mul(dy, cos(x)));
fromInput("Cos", (dy, x) => neg(mul(dy, sin(x))));
fromInput("Softplus", (dy, x) => mul(dy, softplusSlope(x)));
fromInput("Asin", (dy, x) => mul(dy, rsqrt(sub(1, square(x)))));
fromInput("Acos", (dy, x) => neg(mul(dy, rsqrt(sub(1, square(x))))));
fromInput("Atan", (dy, x) => div(dy, add(square(x), 1)));
fromInput("Sinh", (dy, x) => mul(dy, cosh(x)));
fromInput("Cosh", (dy, x) => mul(dy, sinh(x)));
fromInput("Asinh", (dy, x) => mul(dy, rsqrt(add(square(x), 1))));
fromInput("Acosh", (dy, x) => mul(dy, rsqrt(sub(square(x), 1))));
fromInput("Atanh", (dy, x) => div(dy, sub(1, square(x))));
fromInput("Erf", (dy, x) => mul(dy, mul(exp(neg(square(x))), 2 / Math.sqrt(Math.PI))));
fromInput("Elu", (dy, x) => where(greater(x, 0), dy, mul(dy, expBelow0(x))));
fromInput("Selu", (dy, x) => mul(where(greater(x, 0), dy, mul(dy, mul(expBelow0(x), seluAlpha))), seluScale));
fromInput("Relu6", (dy, x) => where(logicalAnd(greater(x, 0), less(x, 6)), dy, 0));
fromInput("LeakyRelu", (dy, x, { alpha }) => where(greater(x, 0), dy, mul(dy, alpha as number)));
fromOutput("Tan", tan, (dy, y) => mul(dy, add(square(y), 1)));
fromOutput("Sqrt", sqrt, (dy, y) => div(dy, mul(y, 2)));
fromOutput("Exp", exp, (dy, y) => mul(dy, y));
fromOutput("Expm1", expm1, (dy, y) => mul(dy, add(y, 1)));
fromOutput("Tanh", tanh, (dy, y) => mul(dy, sub(1, square(y))));
fromOutput("Sigmoid", sigmoid, (dy, y) => mul(dy, mul(y, sub(1, y))));
fromOutput("Reciprocal", reciprocal, (dy, y) => neg(mul(dy, square(y))));
fromOutput("Rsqrt", rsqrt, (dy, y) => mul(dy, mul(mul(square(y), y), -0.5)));
// x is inside the bounds or on them exactly where clipping leaves it alone.
registerGradient({
  kernelName: "ClipByValue",
  inputsToSave: ["x"],
  outputsToSave: [true],
  gradFunc: (dy, [x, y]) => ({ x: () => where(equal(x, y), dy as Tensor, 0) }),
});
for (const flat of ["Sign", "Floor", "Ceil", "Round", "Step"]) fromInput(flat, (dy) => mul(dy, 0));
