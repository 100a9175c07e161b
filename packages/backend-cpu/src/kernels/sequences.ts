import type { DataType, LinSpaceAttrs, OneHotAttrs, RangeAttrs, TensorInfo } from "@tensorflow/tfjs-core";
import type { CpuBackend } from "../backend.js";
import { fill } from "./fill.js";
import { type Kernel, sizeOf } from "./kernel.js";
import { copyBlock } from "./shape.js";

/** `count` evenly spaced numbers. Each is computed from its position, so that rounding does not add up. */
function sequence(
  backend: CpuBackend,
  start: number,
  step: number,
  count: number,
  dtype: DataType,
): TensorInfo {
  const y = backend.output([count], dtype);
  const values = backend.values(y);
  for (let i = 0; i < count; i++) values[i] = start + i * step;
  return y;
}

/** An index outside the depth gives a row without the `onValue`. */
function oneHot(indices: TensorInfo, attrs: OneHotAttrs, backend: CpuBackend): TensorInfo {
  const { depth, onValue, offValue, dtype } = attrs;
  const y = fill(backend, [...indices.shape, depth], dtype, offValue);
  const [list, values] = [backend.values(indices), backend.values(y)];
  for (let i = 0; i < list.length; i++) {
    if (list[i] >= 0 && list[i] < depth) values[i * depth + list[i]] = onValue;
  }
  return y;
}

const kernels: Record<string, Kernel["run"]> = {
  LinSpace: (_, backend, attrs) => {
    const { start, stop, num } = attrs as unknown as LinSpaceAttrs;
    return sequence(backend, start, num > 1 ? (stop - start) / (num - 1) : 0, num, "float32");
  },
  Range: (_, backend, attrs) => {
    const { start, stop, step, dtype } = attrs as unknown as RangeAttrs;
    // tfjs: 1, the default, counts down as well; any other step that leads away from the end gives nothing.
    const towards = step === 1 && stop < start ? -1 : step;
    return sequence(backend, start, towards, Math.max(0, Math.ceil((stop - start) / towards)), dtype);
  },
  OneHot: ({ indices }, backend, attrs) => oneHot(indices, attrs as unknown as OneHotAttrs, backend),
  Diag: ({ x }, backend) => {
    const n = sizeOf(x.shape);
    const y = fill(backend, [...x.shape, ...x.shape], x.dtype, 0);
    copyBlock(backend, [n], { x, offset: 0, strides: [1] }, { x: y, offset: 0, strides: [n + 1] });
    return y;
  },
};

export const sequenceKernels: Kernel[] = Object.entries(kernels).map(([name, run]) => ({ name, run }));
