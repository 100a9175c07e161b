import { ShapeError } from "../errors.js";
import { tidy } from "../memory.js";
import { run } from "../run.js";
import type { Tensor } from "../tensor-type.js";
import { broadcastShape, sameShape } from "./broadcast.js";
import { broadcastTo, reshape } from "./shape.js";

/**
 * Matrix product over the last two axes, `op(a) · op(b)`, where `op` transposes if asked.
 * Leading axes are batches and broadcast.
 *
 * @throws {@link ShapeError} when an operand has fewer than two axes or the inner extents differ
 */
export function matMul(a: Tensor, b: Tensor, transposeA = false, transposeB = false): Tensor {
  if (a.rank < 2 || b.rank < 2) throw new ShapeError("matMul() needs tensors of at least two axes.");
  const [m, k] = transposeA ? a.shape.slice(-2).reverse() : a.shape.slice(-2);
  const [k2, n] = transposeB ? b.shape.slice(-2).reverse() : b.shape.slice(-2);
  if (k !== k2)
    throw new ShapeError(`matMul() cannot multiply ${m}×${k} by ${k2}×${n}: the inner extents differ.`);
  return tidy(() => {
    const batch = broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
    const flatten = (x: Tensor) => {
      const shape = [...batch, ...x.shape.slice(-2)];
      const full = sameShape(x.shape, shape) ? x : broadcastTo(x, shape);
      return reshape(full, [-1, x.shape[x.rank - 2], x.shape[x.rank - 1]]);
    };
    const product = run("BatchMatMul", { a: flatten(a), b: flatten(b) }, { transposeA, transposeB });
    return reshape(product, [...batch, m, n]);
  });
}
