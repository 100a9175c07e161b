import { flatWorkgroup, groupsFor, type Program } from "../program.js";
import { type GpuKernel, sizeOf, wgslType } from "./kernel.js";

function padProgram(rank: number, type: "f32" | "i32"): Program {
  const axes = Array.from({ length: rank }, (_, i) => i).reverse();
  const names = (i: number) => [`extent${i}`, `padded${i}`, `before${i}`];
  return {
    key: `pad any ${rank} ${type}`,
    outputs: [["y", type]],
    inputs: [["x", type]],
    params: [
      ["count", "u32"],
      ["value", type],
      ...axes.flatMap((i) => names(i).map((name) => [name, "i32"] as const)),
    ],
    workgroup: flatWorkgroup,
    body: () => `
  if (flat >= params.count) { return; }
  var rest = i32(flat);
  var place = 0;
  var stride = 1;
  var isInside = true;
  var i = 0;
${axes
  .map(
    (i) => `  i = rest % params.padded${i} - params.before${i};
  rest = rest / params.padded${i};
  isInside = isInside && i >= 0 && i < params.extent${i};
  place = place + i * stride;
  stride = stride * params.extent${i};`,
  )
  .join("\n")}
  if (isInside) { y[flat] = x[place]; } else { y[flat] = params.value; }`,
  };
}

/** tfjs pads up to four axes. */
export const padAnyKernel: GpuKernel<{ paddings: readonly [number, number][]; constantValue?: number }> = {
  name: "PadV2",
  run: (backend, { x }, { paddings, constantValue = 0 }) => {
    const shape = x.shape.map((extent, i) => extent + paddings[i][0] + paddings[i][1]);
    const count = sizeOf(shape);
    // Zeros alone: an empty buffer cannot be bound.
    if (sizeOf(x.shape) === 0) {
      const values = x.dtype === "float32" ? new Float32Array(count) : new Int32Array(count);
      return backend.makeTensorInfo(shape, x.dtype, values.fill(constantValue));
    }
    const y = backend.makeTensorInfo(shape, x.dtype);
    const extents = shape.flatMap((extent, i) => [[x.shape[i], extent, paddings[i][0]]]).reverse();
    const program = padProgram(shape.length, wgslType(x.dtype));
    const params = [count, constantValue, ...extents.flat()];
    backend.dispatch(program, [y], [x], params, groupsFor(count, flatWorkgroup[0]));
    return y;
  },
};
