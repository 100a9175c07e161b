import { flatWorkgroup, groupsFor, type Program } from "../program.js";
import { type GpuKernel, sizeOf, wgslType } from "./kernel.js";

/** Values that one pass adds: after k passes a value is the sum of the last radixᵏ (Hillis & Steele, 1986, has 2). */
const radix = 8;

const cumsumProgram = (type: "f32" | "i32"): Program => ({
  key: `cumsum ${type}`,
  outputs: [["y", type]],
  inputs: [["x", type]],
  params: ["count", "extent", "inner", "step", "shift", "direction"].map((name) => [name, "i32"] as const),
  workgroup: flatWorkgroup,
  body: () => `
  let at = i32(flat);
  if (at >= params.count) { return; }
  let i = (at / params.inner) % params.extent;
  var total = ${type}(0);
  for (var k = 0; k < ${radix}; k = k + 1) {
    let back = params.direction * (k * params.step + params.shift);
    if (i - back >= 0 && i - back < params.extent) { total = total + x[at - back * params.inner]; }
  }
  y[flat] = total;`,
});

/**
 * tfjs's is wrong from the end, because its programs are told apart by less than they contain, and takes powers of two from
 * pow(), which need not give whole numbers.
 */
export const cumsumKernel: GpuKernel<{ axis: number; exclusive: boolean; reverse: boolean }> = {
  name: "Cumsum",
  run: (backend, { x }, { axis, exclusive, reverse }) => {
    const count = sizeOf(x.shape);
    const extent = x.shape[axis];
    const inner = sizeOf(x.shape.slice(axis + 1));
    const program = cumsumProgram(wgslType(x.dtype));
    let current = x;
    let step = 1;
    do {
      const y = backend.makeTensorInfo(x.shape, x.dtype);
      const shift = exclusive && step === 1 ? 1 : 0;
      const params = [count, extent, inner, step, shift, reverse ? -1 : 1];
      backend.dispatch(program, [y], [current], params, groupsFor(count, flatWorkgroup[0]));
      if (current !== x) backend.disposeData(current.dataId);
      current = y;
      step *= radix;
    } while (step < extent);
    return current;
  },
};
