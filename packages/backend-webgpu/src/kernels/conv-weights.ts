import type { Program } from "../program.js";

export const weightGradientParams = [
  "count",
  "batch",
  "channels",
  "perGroup",
  "height",
  "width",
  "filters",
  "filtersPerGroup",
  "outHeight",
  "outWidth",
  "kh",
  "kw",
  "strideY",
  "strideX",
  "dilationY",
  "dilationX",
  "top",
  "left",
] as const;

const lanes = 64;

/**
 * A workgroup for each tap of each filter: Σ over all pixels of dy times the pixel of x that the tap met there. Summed by
 * halves in the end, so that rounding stays small in large pictures.
 */
export const weightGradientProgram: Program = {
  key: "conv2d weight gradient",
  outputs: [["y", "f32"]],
  inputs: [
    ["x", "f32"],
    ["dy", "f32"],
  ],
  params: weightGradientParams.map((name) => [name, "i32"] as const),
  workgroup: [lanes, 1, 1],
  declarations: () => `var<workgroup> parts: array<f32, ${lanes}>;`,
  body: () => `
  let at = i32(group.y * groups.x + group.x);
  if (at >= params.count) { return; }
  let v = at % params.kw;
  let u = (at / params.kw) % params.kh;
  let c = (at / (params.kw * params.kh)) % params.perGroup;
  let k = at / (params.kw * params.kh * params.perGroup);
  let channel = (k / params.filtersPerGroup) * params.perGroup + c;
  let pixels = params.outHeight * params.outWidth;
  var total = 0.0;
  for (var p = i32(lane); p < params.batch * pixels; p = p + ${lanes}) {
    let b = p / pixels;
    let i = (p % pixels) / params.outWidth;
    let j = p % params.outWidth;
    let row = i * params.strideY + u * params.dilationY - params.top;
    let column = j * params.strideX + v * params.dilationX - params.left;
    if (row >= 0 && row < params.height && column >= 0 && column < params.width) {
      total = total + dy[(b * params.filters + k) * pixels + p % pixels]
        * x[((b * params.channels + channel) * params.height + row) * params.width + column];
    }
  }
  parts[lane] = total;
  workgroupBarrier();
  for (var width = ${lanes / 2}u; width > 0u; width = width >> 1u) {
    if (lane < width) { parts[lane] = parts[lane] + parts[lane + width]; }
    workgroupBarrier();
  }
  if (lane == 0u) { y[at] = parts[0]; }`,
};
