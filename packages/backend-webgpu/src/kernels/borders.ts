import type { PadMode } from "@plenoptic/tensor";

/** WGSL for position `i` beyond an axis of `extent`: the position that stands for it, or -1 where the constant does. */
const beyond: Readonly<Record<PadMode, string>> = {
  constant: "return -1;",
  replicate: "return clamp(i, 0, extent - 1);",
  circular: "return select(i - extent, i + extent, i < 0);",
  reflect: "return select(2 * (extent - 1) - i, -i, i < 0);",
};

/** WGSL function `source(i, extent)`: where an axis that is continued in a mode takes its value at `i`. */
export const sourceFunction = (mode: PadMode): string => `
fn source(i: i32, extent: i32) -> i32 {
  if (i >= 0 && i < extent) { return i; }
  ${beyond[mode]}
}`;

/** For each mode, the added positions that take their value from `y`, as ranges before and after the picture. */
const added: Readonly<Record<PadMode, string>> = {
  constant: "",
  replicate: `
  if (y == 0) { r.before = vec2i(0, before); }
  if (y == extent - 1) { r.after = vec2i(before + extent, before + extent + after); }`,
  circular: `
  if (y + before - extent >= 0) { r.before = one(y + before - extent); }
  if (y < after) { r.after = one(y + before + extent); }`,
  reflect: `
  if (y >= 1 && y <= before) { r.before = one(before - y); }
  let back = extent - 1 - y;
  if (back >= 1 && back <= after) { r.after = one(before + extent - 1 + back); }`,
};

/**
 * WGSL function `copies(y, extent, before, after)`: which positions of the padded axis, besides `y` itself, hold the value
 * at `y`. Two ranges `[from, to)`, empty where there are none.
 */
export const copiesFunction = (mode: PadMode): string => `
struct Copies { before: vec2i, after: vec2i }
fn one(i: i32) -> vec2i { return vec2i(i, i + 1); }
fn copies(y: i32, extent: i32, before: i32, after: i32) -> Copies {
  var r = Copies(vec2i(0, 0), vec2i(0, 0));
  ${added[mode]}
  return r;
}`;
