import type { PadMode } from "@plenoptic/tensor";

/** What programs get as `params.mode`: one program for all modes, because compiling takes longer than choosing. */
export const modeNumber: Readonly<Record<PadMode, number>> = {
  constant: 0,
  replicate: 1,
  circular: 2,
  reflect: 3,
};

/**
 * WGSL function `source(i, extent, mode)`: where an axis that is continued in a mode takes its value at `i`; -1 where the
 * constant stands.
 */
export const sourceFunction = `
fn source(i: i32, extent: i32, mode: i32) -> i32 {
  if (i >= 0 && i < extent) { return i; }
  if (mode == ${modeNumber.replicate}) { return clamp(i, 0, extent - 1); }
  if (mode == ${modeNumber.circular}) { return select(i - extent, i + extent, i < 0); }
  if (mode == ${modeNumber.reflect}) { return select(2 * (extent - 1) - i, -i, i < 0); }
  return -1;
}`;

/**
 * WGSL function `copies(y, extent, before, after, mode)`: which positions of the padded axis, besides `y` itself, hold the
 * value at `y`. Two ranges `[start, end)`, empty where there are none.
 */
export const copiesFunction = `
struct Copies { before: vec2i, after: vec2i }
fn one(i: i32) -> vec2i { return vec2i(i, i + 1); }
fn copies(y: i32, extent: i32, before: i32, after: i32, mode: i32) -> Copies {
  var r = Copies(vec2i(0, 0), vec2i(0, 0));
  if (mode == ${modeNumber.replicate}) {
    if (y == 0) { r.before = vec2i(0, before); }
    if (y == extent - 1) { r.after = vec2i(before + extent, before + extent + after); }
  } else if (mode == ${modeNumber.circular}) {
    if (y + before - extent >= 0) { r.before = one(y + before - extent); }
    if (y < after) { r.after = one(y + before + extent); }
  } else if (mode == ${modeNumber.reflect}) {
    if (y >= 1 && y <= before) { r.before = one(before - y); }
    let back = extent - 1 - y;
    if (back >= 1 && back <= after) { r.after = one(before + extent - 1 + back); }
  }
  return r;
}`;
