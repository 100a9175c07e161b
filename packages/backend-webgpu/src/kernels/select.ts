import { flatWorkgroup, groupsFor, type Program } from "../program.js";
import { type GpuKernel, sizeOf, wgslType } from "./kernel.js";

const selectProgram = (type: "f32" | "i32"): Program => ({
  key: `select ${type}`,
  outputs: [["y", type]],
  inputs: [
    ["condition", "i32"],
    ["t", type],
    ["e", type],
  ],
  params: [
    ["count", "u32"],
    ["repeats", "u32"],
  ],
  workgroup: flatWorkgroup,
  body: () => `
  if (flat >= params.count) { return; }
  if (condition[flat / params.repeats] != 0) { y[flat] = t[flat]; } else { y[flat] = e[flat]; }`,
});

/** tfjs chooses among values of up to four axes. A condition of one axis chooses among slices. */
export const selectKernel: GpuKernel = {
  name: "Select",
  run: (backend, { condition, t, e }) => {
    const y = backend.makeTensorInfo(t.shape, t.dtype);
    const count = sizeOf(t.shape);
    const params = [count, Math.max(1, count / sizeOf(condition.shape))];
    const program = selectProgram(wgslType(t.dtype));
    backend.dispatch(program, [y], [condition, t, e], params, groupsFor(count, flatWorkgroup[0]));
    return y;
  },
};
