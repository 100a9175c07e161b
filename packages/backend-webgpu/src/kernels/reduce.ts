import { kernelNames } from "@plenoptic/tensor";
import type { DataType, TensorInfo } from "@tensorflow/tfjs-core";
import type { GpuBackend } from "../backend.js";
import { flatWorkgroup, groupsFor, type Program } from "../program.js";
import { type GpuKernel, sizeOf, wgslType } from "./kernel.js";

interface Reduction {
  /** WGSL: what changes nothing, for floats and for whole numbers. */
  readonly identity: { f32: string; i32: string };
  /** WGSL: the union of the parts `a` and `b`. */
  readonly merge: string | { f32: string; i32: string };
  /** WGSL: what the first pass makes of a value `v`. Default: the value. */
  readonly load?: string;
  /** Whether the result is divided by the number of values. */
  readonly isMean?: boolean;
  readonly outputType: (input: DataType) => DataType;
}

const wholeForBool = (type: DataType): DataType => (type === "bool" ? "int32" : type);
const zero = { f32: "0.0", i32: "0" };
const sum = { identity: zero, merge: "a + b", outputType: wholeForBool };
/** The larger or smaller of two, NaN if either is. */
const extreme = (name: string, infinity: string, last: string): Reduction => ({
  identity: { f32: `bits(${infinity})`, i32: `bitcast<i32>(${last})` },
  merge: {
    f32: `select(select(${name}(a, b), b, isNotANumber(b)), a, isNotANumber(a))`,
    i32: `${name}(a, b)`,
  },
  outputType: (type) => type,
});

const reductions = {
  Sum: sum,
  Mean: { ...sum, isMean: true, outputType: () => "float32" },
  Prod: { identity: { f32: "1.0", i32: "1" }, merge: "a * b", outputType: wholeForBool },
  Max: extreme("max", "0xff800000u", "0x80000000u"),
  Min: extreme("min", "0x7f800000u", "0x7fffffffu"),
  All: { identity: { f32: "1.0", i32: "1" }, merge: "min(a, b)", outputType: () => "bool" },
  Any: { identity: zero, merge: "max(a, b)", outputType: () => "bool" },
  SumSquares: { ...sum, load: "v * v" },
} as const satisfies Record<string, Reduction>;

type ReductionName = keyof typeof reductions;

/** One pass: axis `n` of `[outer, n, inner]` becomes its number of segments. */
interface Pass {
  readonly outer: number;
  readonly n: number;
  readonly inner: number;
}

/**
 * How a shape is reduced: neighbouring axes are joined, so that any number of axes will do, and each run of
 * axes that goes is one pass, the last first.
 */
export function reductionPasses(shape: readonly number[], axes: readonly number[]): Pass[] {
  const runs: { extent: number; goes: boolean }[] = [];
  shape.forEach((extent, axis) => {
    if (extent === 1) return;
    const goes = axes.includes(axis);
    const last = runs.at(-1);
    if (last?.goes === goes) last.extent *= extent;
    else runs.push({ extent, goes });
  });
  const passes: Pass[] = [];
  for (let i = runs.length - 1; i >= 0; i--) {
    if (!runs[i].goes) continue;
    const outer = sizeOf(runs.slice(0, i).map((run) => run.extent));
    const inner = sizeOf(runs.slice(i + 1).map((run) => (run.goes ? 1 : run.extent)));
    passes.push({ outer, n: runs[i].extent, inner });
  }
  return passes.length > 0 ? passes : [{ outer: sizeOf(shape), n: 1, inner: 1 }];
}

/** Values that one workgroup adds, and that one invocation adds: short, so that rounding stays small. */
const rowSegment = 4096;
const loopSegment = 128;
const rowWidth = 256;

interface Variant {
  readonly name: ReductionName;
  readonly from: "f32" | "i32";
  readonly to: "f32" | "i32";
  readonly isFirst: boolean;
}

function functionsOf({ name, to, isFirst }: Variant): string {
  const { merge, load = "v" } = reductions[name] as Reduction;
  return `
fn bits(word: u32) -> f32 { var w = word; return bitcast<f32>(w); }
fn isNotANumber(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn merge(a: ${to}, b: ${to}) -> ${to} { return ${typeof merge === "string" ? merge : merge[to]}; }
fn value(i: u32) -> ${to} { let v = ${to}(x[i]); return ${isFirst ? load : "v"}; }
fn finish(v: ${to}) -> ${to} { return ${to === "f32" ? "v / params.divisor" : "v"}; }`;
}

function programOf(variant: Variant, kind: "rows" | "loops"): Program {
  const { name, from, to, isFirst } = variant;
  const identity = reductions[name].identity[to];
  const rows = kind === "rows";
  return {
    key: `reduce ${name} ${from} ${to} ${isFirst} ${kind}`,
    outputs: [["y", to]],
    inputs: [["x", from]],
    params: [
      ["count", "u32"],
      ["n", "u32"],
      ["inner", "u32"],
      ["segments", "u32"],
      ["divisor", "f32"],
    ],
    workgroup: rows ? [rowWidth, 1, 1] : flatWorkgroup,
    declarations: () =>
      functionsOf(variant) + (rows ? `\nvar<workgroup> parts: array<${to}, ${rowWidth}>;` : ""),
    body: () => (rows ? rowsBody(identity) : loopsBody(identity)),
  };
}

/** A workgroup for each segment of a contiguous row. */
const rowsBody = (identity: string) => `
  let at = group.y * groups.x + group.x;
  if (at >= params.count) { return; }
  let first = (at % params.segments) * ${rowSegment}u;
  let end = min(first + ${rowSegment}u, params.n);
  let base = (at / params.segments) * params.n;
  var total = ${identity};
  for (var i = first + lane; i < end; i = i + ${rowWidth}u) { total = merge(total, value(base + i)); }
  parts[lane] = total;
  workgroupBarrier();
  for (var width = ${rowWidth / 2}u; width > 0u; width = width >> 1u) {
    if (lane < width) { parts[lane] = merge(parts[lane], parts[lane + width]); }
    workgroupBarrier();
  }
  if (lane == 0u) { y[at] = finish(parts[0]); }`;

/** An invocation for each segment; neighbours read neighbours when the axis is not the last. */
const loopsBody = (identity: string) => `
  if (flat >= params.count) { return; }
  let column = flat % params.inner;
  let first = ((flat / params.inner) % params.segments) * ${loopSegment}u;
  let end = min(first + ${loopSegment}u, params.n);
  let base = (flat / (params.inner * params.segments)) * params.n * params.inner + column;
  var total = ${identity};
  for (var i = first; i < end; i = i + 1u) { total = merge(total, value(base + i * params.inner)); }
  y[flat] = finish(total);`;

/** Runs passes until an axis is down to one value each. */
function reduce(
  backend: GpuBackend,
  name: ReductionName,
  x: TensorInfo,
  axes: readonly number[],
  outShape: number[],
): TensorInfo {
  const reduction: Reduction = reductions[name];
  const dtype = reduction.outputType(x.dtype);
  const to = wgslType(dtype);
  if (sizeOf(x.shape) === 0) return ofNothing(backend, name, outShape, dtype);
  const steps = reductionPasses(x.shape, axes).flatMap(segmented);
  const divisor = reduction.isMean ? sizeOf(x.shape) / sizeOf(outShape) : 1;
  let current = x;
  steps.forEach(({ outer, n, inner, kind, segments }, i) => {
    const isLast = i === steps.length - 1;
    const variant = { name, from: i === 0 ? wgslType(x.dtype) : to, to, isFirst: i === 0 } as const;
    const count = outer * segments * inner;
    const output = backend.makeTensorInfo(isLast ? outShape : [count], dtype);
    const groups = kind === "rows" ? groupsFor(count, 1) : groupsFor(count, flatWorkgroup[0]);
    const params = [count, n, inner, segments, isLast ? divisor : 1];
    backend.dispatch(programOf(variant, kind), [output], [current], params, groups);
    if (current !== x) backend.disposeData(current.dataId);
    current = output;
  });
  return current;
}

type Step = Pass & { readonly kind: "rows" | "loops"; readonly segments: number };

/** The steps of one pass: as many as it takes until one segment is left. */
function segmented({ outer, n, inner }: Pass): Step[] {
  const kind = inner === 1 && n > loopSegment ? "rows" : "loops";
  const segments = Math.ceil(n / (kind === "rows" ? rowSegment : loopSegment));
  const step = { outer, n, inner, kind, segments } as const;
  return segments === 1 ? [step] : [step, ...segmented({ outer, n: segments, inner })];
}

/** The result for a tensor without values. */
function ofNothing(backend: GpuBackend, name: ReductionName, shape: number[], dtype: DataType): TensorInfo {
  const value = {
    Sum: 0,
    SumSquares: 0,
    Mean: Number.NaN,
    Prod: 1,
    Max: -Infinity,
    Min: Infinity,
    All: 1,
    Any: 0,
  }[name];
  const values = new (dtype === "float32" ? Float32Array : dtype === "int32" ? Int32Array : Uint8Array)(
    sizeOf(shape),
  ).fill(value);
  return backend.makeTensorInfo(shape, dtype, values);
}

interface ReduceAttrs {
  axis?: number | readonly number[];
  /** What tfjs calls `axis` in Max. */
  reductionIndices?: number | readonly number[];
  keepDims?: boolean;
}

function kernelFor(name: ReductionName): GpuKernel<ReduceAttrs> {
  return {
    name: name === "SumSquares" ? kernelNames.SumSquares : name,
    run: (backend, { x }, attrs) => {
      const rank = x.shape.length;
      const given = attrs?.reductionIndices ?? attrs?.axis;
      const axes =
        given === undefined || given === null
          ? x.shape.map((_, i) => i)
          : [given].flat().map((a) => ((a as number) + rank) % rank);
      const shape = attrs?.keepDims
        ? x.shape.map((extent, i) => (axes.includes(i) ? 1 : extent))
        : x.shape.filter((_, i) => !axes.includes(i));
      return reduce(backend, name, x, axes, shape);
    },
  };
}

export const reduceKernels = (Object.keys(reductions) as ReductionName[]).map(kernelFor);
