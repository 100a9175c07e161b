import { deviceOf, withDevice } from "../backend.js";
import { scalar, type TensorLike } from "../create.js";
import { ShapeError } from "../errors.js";
import { run } from "../run.js";
import type { Tensor } from "../tensor-type.js";

/** The shape of `a op b` under numpy's broadcasting rules. */
export function broadcastShape(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  const shape: number[] = [];
  for (let i = 0; i < rank; i++) {
    const m = a[a.length - rank + i] ?? 1;
    const n = b[b.length - rank + i] ?? 1;
    if (m !== n && m !== 1 && n !== 1) {
      throw new ShapeError(`Shapes [${a.join(", ")}] and [${b.join(", ")}] cannot be broadcast together.`);
    }
    shape.push(m === 1 ? n : m);
  }
  return shape;
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((extent, i) => extent === b[i]);
}

/** The transpose of broadcasting: sums `x` over the axes along which `shape` was repeated. */
export function sumToShape(x: Tensor, shape: readonly number[]): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const lead = x.rank - shape.length;
  const axis: number[] = [];
  for (let i = 0; i < x.rank; i++) {
    if (i < lead || (shape[i - lead] === 1 && x.shape[i] !== 1)) axis.push(i);
  }
  const summed = axis.length > 0 ? run("Sum", { x }, { axis, keepDims: false }) : x;
  return run("Reshape", { x: summed }, { shape: [...shape] });
}

/** Runs a two-argument kernel; numbers become scalars of the other operand's precision, freed afterwards. */
export function runBinary(kernelName: string, a: TensorLike, b: TensorLike): Tensor {
  if (typeof a !== "number" && typeof b !== "number") {
    if (!sameShape(a.shape, b.shape)) broadcastShape(a.shape, b.shape);
    return run(kernelName, { a, b });
  }
  if (typeof a === "number" && typeof b === "number") {
    const [p, q] = [scalar(a), scalar(b)];
    const result = run(kernelName, { a: p, b: q });
    p.dispose();
    q.dispose();
    return result;
  }
  const other = (typeof a === "number" ? b : a) as Tensor;
  const number = scalarLike(other, (typeof a === "number" ? a : b) as number);
  const result = run(kernelName, typeof a === "number" ? { a: number, b: other } : { a: other, b: number });
  number.dispose();
  return result;
}

/** A scalar on the device of `x`. */
export function scalarLike(x: Tensor, value: number): Tensor {
  return withDevice(deviceOf(x), () => scalar(value));
}
