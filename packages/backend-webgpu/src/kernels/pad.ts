import { kernelNames } from "@plenoptic/tensor";
import { flatWorkgroup, groupsFor, type Program } from "../program.js";
import { copiesFunction, modeNumber, sourceFunction } from "./borders.js";
import { type GpuKernel, sizeOf } from "./kernel.js";

const sizes = ["height", "width", "outHeight", "outWidth"].map((name) => [name, "i32"] as const);
const borders = ["top", "bottom", "left", "right", "mode"].map((name) => [name, "i32"] as const);

const padProgram: Program = {
  key: "pad",
  outputs: [["y", "f32"]],
  inputs: [["x", "f32"]],
  params: [["count", "u32"], ...sizes, ...borders, ["value", "f32"]],
  workgroup: flatWorkgroup,
  declarations: () => sourceFunction,
  body: () => `
  if (flat >= params.count) { return; }
  let at = i32(flat);
  let row = source((at / params.outWidth) % params.outHeight - params.top, params.height, params.mode);
  let column = source(at % params.outWidth - params.left, params.width, params.mode);
  let plane = at / (params.outWidth * params.outHeight);
  let place = (plane * params.height + max(row, 0)) * params.width + max(column, 0);
  y[flat] = select(x[place], params.value, row < 0 || column < 0);`,
};

const padKernel: GpuKernel<kernelNames.Pad2dAttrs> = {
  name: kernelNames.Pad2d,
  run: (backend, { x }, { padding, mode, value }) => {
    const [batch, channels, height, width] = x.shape;
    const [top, bottom, left, right] = padding;
    const shape = [batch, channels, height + top + bottom, width + left + right];
    const y = backend.makeTensorInfo(shape, "float32");
    const count = sizeOf(shape);
    const params = [count, height, width, shape[2], shape[3], ...padding, modeNumber[mode], value];
    backend.dispatch(padProgram, [y], [x], params, groupsFor(count, flatWorkgroup[0]));
    return y;
  },
};

/** Each source value gathers from its copies, so that no two invocations write to one place. */
const adjointProgram: Program = {
  key: "pad adjoint",
  outputs: [["y", "f32"]],
  inputs: [["dy", "f32"]],
  params: [["count", "u32"], ...sizes, ...borders],
  workgroup: flatWorkgroup,
  declarations: () => `${copiesFunction}
fn run(plane: i32, row: i32, start: i32, end: i32) -> f32 {
  var total = 0.0;
  let base = (plane * params.outHeight + row) * params.outWidth;
  for (var i = start; i < end; i = i + 1) { total = total + dy[base + i]; }
  return total;
}
fn across(plane: i32, row: i32, column: i32, columns: Copies) -> f32 {
  return run(plane, row, column + params.left, column + params.left + 1)
    + run(plane, row, columns.before.x, columns.before.y) + run(plane, row, columns.after.x, columns.after.y);
}`,
  body: () => `
  if (flat >= params.count) { return; }
  let at = i32(flat);
  let column = at % params.width;
  let row = (at / params.width) % params.height;
  let plane = at / (params.width * params.height);
  let columns = copies(column, params.width, params.left, params.right, params.mode);
  let rows = copies(row, params.height, params.top, params.bottom, params.mode);
  var total = across(plane, row + params.top, column, columns);
  for (var i = rows.before.x; i < rows.before.y; i = i + 1) { total = total + across(plane, i, column, columns); }
  for (var i = rows.after.x; i < rows.after.y; i = i + 1) { total = total + across(plane, i, column, columns); }
  y[flat] = total;`,
};

const adjointKernel: GpuKernel<kernelNames.Pad2dAdjointAttrs> = {
  name: kernelNames.Pad2dAdjoint,
  run: (backend, { dy }, { padding, mode, inputShape }) => {
    const y = backend.makeTensorInfo(inputShape, "float32");
    const count = sizeOf(inputShape);
    const params = [
      count,
      inputShape[2],
      inputShape[3],
      dy.shape[2],
      dy.shape[3],
      ...padding,
      modeNumber[mode],
    ];
    backend.dispatch(adjointProgram, [y], [dy], params, groupsFor(count, flatWorkgroup[0]));
    return y;
  },
};

export const padKernels = [padKernel, adjointKernel];
