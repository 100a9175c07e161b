import type { Program } from "../program.js";

/** Outputs of a workgroup: `side` × `side` pixels of four filters; an invocation has four rows of them, `lanesY` apart. */
export const side = 16;
export const filtersPerLane = 4;
const lanesY = 4;
const rows = [0, 1, 2, 3];
/** Columns of the input that a workgroup holds, for one row of taps: 16 KiB in all, which every GPU has. */
const tileWidth = 256;

/** How many taps of a row can be served by one load of the tile; below 1 when the stride is too wide for it. */
export const tapsAtOnce = (stride: number, dilation: number): number =>
  Math.floor((tileWidth - 1 - (side - 1) * stride) / dilation) + 1;

export const convParams = [
  "outChannels",
  "outPerGroup",
  "inChannels",
  "inPerGroup",
  "height",
  "width",
  "outHeight",
  "outWidth",
  "kh",
  "kw",
  "strideY",
  "strideX",
  "spreadY",
  "spreadX",
  "dilationY",
  "dilationX",
  "originY",
  "originX",
  "tapsGroup",
  "tapsOut",
  "tapsIn",
  "turned",
  "chunk",
] as const;

const functions = `
var<workgroup> tile: array<f32, ${side * tileWidth}>;
fn valueAt(base: i32, row: i32, column: i32) -> f32 {
  let i = row / params.spreadY;
  let j = column / params.spreadX;
  if (row >= 0 && column >= 0 && i < params.height && j < params.width
      && i * params.spreadY == row && j * params.spreadX == column) {
    return x[base + i * params.width + j];
  }
  return 0.0;
}`;

/**
 * y[b, o, i, j] = Σ_{r, u, v} w[o, r, u, v] · V[b, r, i s + u d - origin, …] in each group, with V the input, `spread` - 1
 * zeros after each of its rows and columns and zeros around it. With a stride it is a convolution; with a spread, turned
 * filters, and the filters' two axes of channels in each other's place it is the transpose of one.
 */
export const convProgram: Program = {
  key: "conv2d",
  outputs: [["y", "f32"]],
  inputs: [
    ["x", "f32"],
    ["weight", "f32"],
  ],
  params: convParams.map((name) => [name, "i32"] as const),
  workgroup: [side, lanesY, 1],
  declarations: () => functions,
  body: () => `
  let perGroup = (params.outPerGroup + ${filtersPerLane - 1}) / ${filtersPerLane};
  let perImage = perGroup * (params.outChannels / params.outPerGroup);
  let batch = i32(group.z) / perImage;
  let g = (i32(group.z) % perImage) / perGroup;
  let firstFilter = (i32(group.z) % perGroup) * ${filtersPerLane};
  let firstRow = i32(group.y) * ${side};
  let j = i32(group.x * ${side}u + local.x);
  let myTile = i32(local.y) * ${tileWidth} + i32(local.x) * params.strideX;
  // Filters beyond the last are sums that nobody reads.
  let taps = min(vec4i(0, 1, 2, 3) + firstFilter, vec4i(params.outPerGroup - 1)) * params.tapsOut;
  let lastTap = params.kh * params.kw - 1;
  ${rows.map((r) => `var total${r} = vec4f();`).join(" ")}
  for (var r = 0; r < params.inPerGroup; r = r + 1) {
    let base = (batch * params.inChannels + g * params.inPerGroup + r) * params.height * params.width;
    for (var u = 0; u < params.kh; u = u + 1) {
      for (var first = 0; first < params.kw; first = first + params.chunk) {
        let count = min(params.chunk, params.kw - first);
        let needed = ${side - 1} * params.strideX + (count - 1) * params.dilationX + 1;
        let start = i32(group.x) * ${side} * params.strideX + first * params.dilationX - params.originX;
        for (var l = i32(local.y); l < ${side}; l = l + ${lanesY}) {
          let row = (firstRow + l) * params.strideY + u * params.dilationY - params.originY;
          for (var k = i32(local.x); k < needed; k = k + ${side}) {
            tile[l * ${tileWidth} + k] = valueAt(base, row, start + k);
          }
        }
        workgroupBarrier();
        for (var v = 0; v < count; v = v + 1) {
          let tap = u * params.kw + first + v;
          let at = g * params.tapsGroup + r * params.tapsIn + select(tap, lastTap - tap, params.turned == 1);
          let w = vec4f(weight[at + taps.x], weight[at + taps.y], weight[at + taps.z], weight[at + taps.w]);
          let place = myTile + v * params.dilationX;
          ${rows.map((r) => `total${r} = total${r} + tile[place + ${r * lanesY * tileWidth}] * w;`).join("\n          ")}
        }
        workgroupBarrier();
      }
    }
  }
  ${rows.map((r) => `let i${r} = firstRow + i32(local.y) + ${r * lanesY};`).join(" ")}
  for (var f = 0; f < ${filtersPerLane}; f = f + 1) {
    let o = firstFilter + f;
    if (o < params.outPerGroup && j < params.outWidth) {
      let plane = (batch * params.outChannels + g * params.outPerGroup + o) * params.outHeight;
      ${rows.map((r) => `if (i${r} < params.outHeight) { y[(plane + i${r}) * params.outWidth + j] = total${r}[f]; }`).join("\n      ")}
    }
  }`,
};
