import type { TensorLike } from "../create.js";
import { tidy } from "../memory.js";
import { offTape, run } from "../run.js";
import type { Tensor } from "../tensor-type.js";
import { broadcastShape, runBinary, sameShape, scalarLike } from "./broadcast.js";
import { broadcastTo } from "./shape.js";

/** 1 where a = b, else 0, as a boolean tensor. Comparisons have no gradient. */
export function equal(a: TensorLike, b: TensorLike): Tensor {
  return offTape(() => runBinary("Equal", a, b));
}

/** Where a ≠ b. */
export function notEqual(a: TensorLike, b: TensorLike): Tensor {
  return offTape(() => runBinary("NotEqual", a, b));
}

/** Where a < b. */
export function less(a: TensorLike, b: TensorLike): Tensor {
  return offTape(() => runBinary("Less", a, b));
}

/** Where a ≤ b. */
export function lessEqual(a: TensorLike, b: TensorLike): Tensor {
  return offTape(() => runBinary("LessEqual", a, b));
}

/** Where a > b. */
export function greater(a: TensorLike, b: TensorLike): Tensor {
  return offTape(() => runBinary("Greater", a, b));
}

/** Where a ≥ b. */
export function greaterEqual(a: TensorLike, b: TensorLike): Tensor {
  return offTape(() => runBinary("GreaterEqual", a, b));
}

/** Where both boolean tensors hold. */
export function logicalAnd(a: Tensor, b: Tensor): Tensor {
  return offTape(() => runBinary("LogicalAnd", a, b));
}

/** Where either boolean tensor holds. */
export function logicalOr(a: Tensor, b: Tensor): Tensor {
  return offTape(() => runBinary("LogicalOr", a, b));
}

/** Where a boolean tensor does not hold. */
export function logicalNot(x: Tensor): Tensor {
  return offTape(() => run("LogicalNot", { x }));
}

/** Where x is neither infinite nor NaN. */
// biome-ignore lint/suspicious/noShadowRestrictedNames: the name of the op, as in PyTorch and NumPy
export function isFinite(x: Tensor): Tensor {
  return offTape(() => run("IsFinite", { x }));
}

/** Where x is NaN. */
// biome-ignore lint/suspicious/noShadowRestrictedNames: the name of the op, as in PyTorch and NumPy
export function isNaN(x: Tensor): Tensor {
  return offTape(() => run("IsNan", { x }));
}

/**
 * `a` where the boolean `condition` holds, `b` elsewhere, all three broadcast together.
 * The gradient flows to the chosen operand only.
 */
export function where(condition: Tensor, a: TensorLike, b: TensorLike): Tensor {
  return tidy(() => {
    const like = typeof a !== "number" ? a : typeof b !== "number" ? b : condition;
    const t = typeof a === "number" ? scalarLike(like, a) : a;
    const e = typeof b === "number" ? scalarLike(like, b) : b;
    const shape = broadcastShape(broadcastShape(condition.shape, t.shape), e.shape);
    const spread = (x: Tensor) => (sameShape(x.shape, shape) ? x : broadcastTo(x, shape));
    return run("Select", { condition: spread(condition), t: spread(t), e: spread(e) });
  });
}
