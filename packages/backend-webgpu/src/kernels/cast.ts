import type { DataType } from "@tensorflow/tfjs-core";
import { flatWorkgroup, groupsFor, type Program } from "../program.js";
import { type GpuKernel, sizeOf, wgslType } from "./kernel.js";

function castProgram(source: DataType, target: DataType): Program {
  const [from, to] = [wgslType(source), wgslType(target)];
  const value = target === "bool" ? "select(0, 1, v != 0)" : `${to}(v)`;
  return {
    key: `cast ${from} ${target === "bool" ? "bool" : to}`,
    outputs: [["y", to]],
    inputs: [["x", from]],
    params: [["count", "u32"]],
    workgroup: flatWorkgroup,
    body: () => `
  if (flat >= params.count) { return; }
  let v = x[flat];
  y[flat] = ${value};`,
  };
}

/** tfjs relabels whole numbers as floats and leaves the buffer as it is, which no other program expects. */
export const castKernel: GpuKernel<{ dtype: DataType }> = {
  name: "Cast",
  run: (backend, { x }, { dtype }) => {
    if (x.dtype === dtype) {
      backend.incRef(x.dataId);
      return { dataId: x.dataId, shape: x.shape, dtype };
    }
    const y = backend.makeTensorInfo(x.shape, dtype);
    const count = sizeOf(x.shape);
    backend.dispatch(castProgram(x.dtype, dtype), [y], [x], [count], groupsFor(count, flatWorkgroup[0]));
    return y;
  },
};
