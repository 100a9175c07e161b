import type { Binding, Program } from "../../program.js";
import { itemOf, type Layout, placeInMemory, transformInMemory } from "./stages.js";

/**
 * Where a program's points come from: two lists of floats, a list of pairs, real numbers, real rows two at a time (the
 * second as imaginary part), or the half spectra of two real rows at a time.
 */
export type Source = "parts" | "packed" | "real" | "realRows" | "halfRows";
/** Where they go: as above. `halfRows` takes two rows apart that `realRows` had joined. */
export type Target = "parts" | "packed" | "real" | "realRows" | "halfRows";

/** A transform along lines of `n` points. */
export interface AxisTransform {
  readonly layout: Layout;
  readonly stages: readonly number[];
  readonly source: Source;
  readonly target: Target;
  /** Whether points are multiplied by `before[place]` when they come. */
  readonly before: boolean;
  /** Whether they are multiplied by `after[place]`, or by `after[i · middle]`, when they go. */
  readonly after: "none" | "byPlace" | "byProduct";
}

/**
 * Parameters that say where points lie. A line is one of [outer, middle, inner]; its point i lies at
 * outer · …Outer + middle · …Middle + inner + i · …Stride. Its place, i · …PlaceStride + middle · …PlaceMiddle, decides
 * whether it exists (else it is 0, or goes nowhere) and what it is multiplied by. Of a picture `doubled` pixels wide, which
 * comes as half a spectrum, the columns count twice that are not their own mirror images.
 */
export const axisParams = [
  "lines",
  "middle",
  "inner",
  ...["in", "out"].flatMap((side) =>
    ["Outer", "Middle", "Stride", "PlaceStride", "PlaceMiddle", "Limit"].map((name) => side + name),
  ),
  "rows",
  "doubled",
] as const;

const sourceBindings: Readonly<Record<Source, readonly Binding[]>> = {
  parts: [
    ["re", "f32"],
    ["im", "f32"],
  ],
  packed: [["z", "vec2f"]],
  real: [["x", "f32"]],
  realRows: [["x", "f32"]],
  halfRows: [["z", "vec2f"]],
};

const targetBindings: Readonly<Record<Target, readonly Binding[]>> = {
  parts: [
    ["outRe", "f32"],
    ["outIm", "f32"],
  ],
  packed: [["outZ", "vec2f"]],
  real: [["outX", "f32"]],
  realRows: [["outX", "f32"]],
  halfRows: [["outZ", "vec2f"]],
};

const common = `
fn multiply(a: vec2f, b: vec2f) -> vec2f { return vec2f(a.x * b.x - a.y * b.y, a.x * b.y + a.y * b.x); }
fn twiddle(k: u32) -> vec2f { let w = roots[k]; return vec2f(w.x, params.sign * w.y); }
fn conjugate(a: vec2f) -> vec2f { return vec2f(a.x, -a.y); }
fn middleOf(line: u32) -> u32 { return (line / params.inner) % params.middle; }
fn placeOf(line: u32, outer: u32, middle: u32) -> u32 {
  return (line / (params.inner * params.middle)) * outer + middleOf(line) * middle + line % params.inner;
}`;

function loadFunction({ layout: { n }, source, before }: AxisTransform): string {
  if (source === "realRows") {
    return `
fn realAt(row: u32, i: u32) -> f32 { if (row < params.rows) { return x[row * ${n}u + i]; } return 0.0; }
fn load(line: u32, i: u32) -> vec2f { return vec2f(realAt(2u * line, i), realAt(2u * line + 1u, i)); }`;
  }
  if (source === "halfRows") {
    // The real part of a row's transform is the transform of its Hermitian part.
    return `
fn halfAt(row: u32, v: u32) -> vec2f {
  if (row < params.rows && v < params.inLimit) { return z[row * params.inLimit + v]; }
  return vec2f();
}
fn hermitian(row: u32, v: u32) -> vec2f {
  return 0.5 * (halfAt(row, v) + conjugate(halfAt(row, (${n}u - v) % ${n}u)));
}
fn load(line: u32, v: u32) -> vec2f {
  let a = hermitian(2u * line, v);
  let b = hermitian(2u * line + 1u, v);
  return vec2f(a.x - b.y, a.y + b.x);
}`;
  }
  const value = { parts: "vec2f(re[at], im[at])", packed: "z[at]", real: "vec2f(x[at], 0.0)" }[source];
  return `
fn load(line: u32, i: u32) -> vec2f {
  let place = i * params.inPlaceStride + middleOf(line) * params.inPlaceMiddle;
  if (line >= params.lines || place >= params.inLimit) { return vec2f(); }
  let at = placeOf(line, params.inOuter, params.inMiddle) + i * params.inStride;
  var value = ${value};
  let column = line % params.inner;
  if (params.doubled > 0u && column > 0u && 2u * column != params.doubled) { value = 2.0 * value; }
  return ${before ? "multiply(value, before[place])" : "value"};
}`;
}

function storeFunction({ layout, target, after }: AxisTransform): string {
  if (target === "realRows") {
    return `
fn store(line: u32, local: u32, i: u32) {
  let value = params.scale * points[${placeInMemory(layout, "i", "local")}];
  if (2u * line < params.rows) { outX[2u * line * ${layout.n}u + i] = value.x; }
  if (2u * line + 1u < params.rows) { outX[(2u * line + 1u) * ${layout.n}u + i] = value.y; }
}`;
  }
  if (target === "halfRows") {
    return `
fn store(line: u32, local: u32, v: u32) {
  if (v >= params.outLimit) { return; }
  let mirror = (${layout.n}u - v) % ${layout.n}u;
  let a = points[${placeInMemory(layout, "v", "local")}];
  let b = conjugate(points[${placeInMemory(layout, "mirror", "local")}]);
  let first = 0.5 * params.scale * (a + b);
  let second = 0.5 * params.scale * (a - b);
  if (2u * line < params.rows) { outZ[2u * line * params.outLimit + v] = first; }
  if (2u * line + 1u < params.rows) { outZ[(2u * line + 1u) * params.outLimit + v] = vec2f(second.y, -second.x); }
}`;
  }
  const factor = { none: "", byPlace: "after[place]", byProduct: "rootOfProduct(i * middleOf(line))" }[after];
  const write = {
    parts: "outRe[at] = value.x; outIm[at] = value.y;",
    packed: "outZ[at] = value;",
    real: "outX[at] = value.x;",
  }[target];
  return `
fn store(line: u32, local: u32, i: u32) {
  let place = i * params.outPlaceStride + middleOf(line) * params.outPlaceMiddle;
  if (line >= params.lines || place >= params.outLimit) { return; }
  let at = placeOf(line, params.outOuter, params.outMiddle) + i * params.outStride;
  var value = params.scale * points[${placeInMemory(layout, "i", "local")}];
  ${factor ? `value = multiply(value, ${factor});` : ""}
  ${write}
}`;
}

export function axisProgram(transform: AxisTransform): Program {
  const { layout, stages, source, target, before, after } = transform;
  const { n, lines, lanes, fast } = layout;
  const rounds = Math.ceil((n * lines) / lanes);
  const each = (statement: string) => `
  for (var k = 0u; k < ${rounds}u; k = k + 1u) {
    let t = lane + k * ${lanes}u;
    ${itemOf(layout, "i", n)}
    if (t < ${n * lines}u) { ${statement} }
  }`;
  return {
    key: `fft ${n} ${lines} ${lanes} ${fast} ${source} ${target} ${before} ${after}`,
    outputs: targetBindings[target],
    inputs: [
      ...sourceBindings[source],
      ["roots", "vec2f"],
      ...(before ? [["before", "vec2f"] as const] : []),
      ...(after === "none" ? [] : [["after", "vec2f"] as const]),
    ],
    params: [...axisParams.map((name) => [name, "u32"] as const), ["scale", "f32"], ["sign", "f32"]],
    workgroup: [lanes, 1, 1],
    declarations: () => `
var<workgroup> points: array<vec2f, ${n * lines}>;
${common}
${after === "byProduct" ? "fn rootOfProduct(k: u32) -> vec2f { let w = after[k]; return vec2f(w.x, params.sign * w.y); }" : ""}
${loadFunction(transform)}
${storeFunction(transform)}`,
    body: () => `
  let first = (group.y * groups.x + group.x) * ${lines}u;
  ${each(`points[${placeInMemory(layout, "i", "line")}] = load(first + line, i);`)}
  workgroupBarrier();
  ${transformInMemory(layout, stages)}
  ${each("store(first + line, line, i);")}`,
  };
}
