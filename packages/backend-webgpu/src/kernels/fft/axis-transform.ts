import { DeviceError } from "@plenoptic/tensor";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { GpuBackend, Operand } from "../../backend.js";
import { groupsFor } from "../../program.js";
import { type AxisTransform, axisParams, axisProgram, type Source, type Target } from "./axis-program.js";
import { powerOfTwoFrom, splitInTwo, stagesOf } from "./factors.js";
import type { Layout } from "./stages.js";
import { bluesteinOnGpu, rootsOnGpu } from "./tables.js";

/** A transform of `n` points along the middle axis of `[outer, n, inner]`. */
export interface Along {
  readonly outer: number;
  readonly n: number;
  readonly inner: number;
  readonly inverse: boolean;
  readonly scale: number;
  /** Points that the source has; the others are 0. */
  readonly inCount: number;
  /** Points that the target takes. */
  readonly outCount: number;
  /** Width of the picture whose half spectrum comes, if its other half is to count too. */
  readonly doubled?: number;
}

export interface From {
  readonly form: Source;
  readonly tensors: readonly TensorInfo[];
}

export interface To {
  readonly form: Target;
  readonly tensors: readonly TensorInfo[];
}

/** Points that the memory of one workgroup holds, at 8 bytes each. */
const pointsInMemory = (backend: GpuBackend): number =>
  Math.min(4096, Math.floor(backend.device.limits.maxComputeWorkgroupStorageSize / 8));

/** As many lines for a workgroup as give each of its invocations some work, and neighbours neighbours to read. */
export function layoutFor(n: number, count: number, most: number, fast: "place" | "line"): Layout {
  const lines = Math.max(1, Math.min(fast === "line" ? 8 : 64, Math.floor(Math.min(most, 1024) / n)));
  const used = Math.min(lines, powerOfTwoFrom(count));
  return { n, lines: used, lanes: Math.min(256, Math.max(32, 32 * Math.ceil((n * used) / 4 / 32))), fast };
}

type Numbers = Partial<Record<(typeof axisParams)[number], number>>;

interface Step {
  readonly n: number;
  readonly fast: "place" | "line";
  readonly inverse: boolean;
  readonly from: From;
  readonly to: To;
  readonly before?: GPUBuffer;
  readonly after?: { readonly kind: "byPlace" | "byProduct"; readonly table: GPUBuffer };
  readonly scale: number;
  readonly numbers: Numbers & { readonly lines: number };
}

const defaults: Numbers = { middle: 1, inner: 1, inPlaceStride: 1, outPlaceStride: 1 };

function runStep(backend: GpuBackend, step: Step): void {
  const { n, fast, inverse, from, to, before, after, scale } = step;
  const numbers: Numbers = { ...defaults, ...step.numbers };
  const layout = layoutFor(n, step.numbers.lines, pointsInMemory(backend), fast);
  const transform: AxisTransform = {
    layout,
    stages: stagesOf(n) as number[],
    source: from.form,
    target: to.form,
    before: before !== undefined,
    after: after?.kind ?? "none",
  };
  const inputs: Operand[] = [...from.tensors, rootsOnGpu(backend, n)];
  if (before) inputs.push(before);
  if (after) inputs.push(after.table);
  const params = [...axisParams.map((name) => numbers[name] ?? 0), scale, inverse ? -1 : 1];
  const groups = groupsFor(step.numbers.lines, layout.lines);
  backend.dispatch(axisProgram(transform), to.tensors, inputs, params, groups);
}

/** Rows of real numbers, two of them as one complex row; the half spectra go to `to`, or come from `from`. */
export function transformRows(
  backend: GpuBackend,
  { n, rows, inverse, scale }: { n: number; rows: number; inverse: boolean; scale: number },
  from: From,
  to: To,
): void {
  const half = Math.floor(n / 2) + 1;
  const numbers = { lines: Math.ceil(rows / 2), rows, inLimit: half, outLimit: half };
  runStep(backend, { n, fast: "place", inverse, from, to, scale, numbers });
}

/** Whether a transform of `n` points is one step. */
export const fitsInMemory = (backend: GpuBackend, n: number): boolean =>
  n <= pointsInMemory(backend) && stagesOf(n) !== undefined;

/** A transform along one axis, in as many steps as its length needs. */
export function transformAlong(backend: GpuBackend, along: Along, from: From, to: To): void {
  if (fitsInMemory(backend, along.n)) direct(backend, along, from, to);
  else if (stagesOf(along.n)) inTwoSteps(backend, along, from, to);
  else byConvolution(backend, along, from, to);
}

interface Factors {
  readonly before?: GPUBuffer;
  readonly after?: GPUBuffer;
}

function direct(
  backend: GpuBackend,
  along: Along,
  from: From,
  to: To,
  { before, after }: Factors = {},
): void {
  const { outer, n, inner, inverse, scale, inCount, outCount, doubled = 0 } = along;
  runStep(backend, {
    n,
    fast: inner === 1 ? "place" : "line",
    inverse,
    from,
    to,
    before,
    after: after && { kind: "byPlace", table: after },
    scale,
    numbers: {
      lines: outer * inner,
      inner,
      inOuter: inCount * inner,
      inStride: inner,
      inLimit: inCount,
      outOuter: outCount * inner,
      outStride: inner,
      outLimit: outCount,
      doubled,
    },
  });
}

/**
 * n = a · b points, more than fit into the memory of a workgroup (Bailey, 1990): with i = b·i₁ + i₂ and k = k₁ + a·k₂,
 * transforms of a points over i₁, factors exp(-2πi i₂ k₁ / n), and transforms of b points over i₂.
 */
function inTwoSteps(backend: GpuBackend, along: Along, from: From, to: To, factors: Factors = {}): void {
  const { outer, n, inner, inverse, scale, inCount, outCount, doubled = 0 } = along;
  const [a, b] = splitInTwo(n, pointsInMemory(backend)) ?? [];
  if (!a || !b) throw new DeviceError(`A Fourier transform of ${n} points is too long for this GPU.`);
  const between = packed(backend, outer * n * inner);
  runStep(backend, {
    n: a,
    fast: "line",
    inverse,
    from,
    to: between,
    before: factors.before,
    after: { kind: "byProduct", table: rootsOnGpu(backend, n) },
    scale: 1,
    numbers: {
      lines: outer * b * inner,
      middle: b,
      inner,
      inOuter: inCount * inner,
      inMiddle: inner,
      inStride: b * inner,
      inPlaceStride: b,
      inPlaceMiddle: 1,
      inLimit: inCount,
      outOuter: n * inner,
      outMiddle: inner,
      outStride: b * inner,
      outLimit: a,
      doubled,
    },
  });
  runStep(backend, {
    n: b,
    fast: inner === 1 ? "place" : "line",
    inverse,
    from: between,
    to,
    after: factors.after && { kind: "byPlace", table: factors.after },
    scale,
    numbers: {
      lines: outer * a * inner,
      middle: a,
      inner,
      inOuter: n * inner,
      inMiddle: b * inner,
      inStride: inner,
      inLimit: b,
      outOuter: outCount * inner,
      outMiddle: inner,
      outStride: a * inner,
      outPlaceStride: a,
      outPlaceMiddle: 1,
      outLimit: outCount,
    },
  });
  backend.disposeData(between.tensors[0].dataId);
}

/** A length with a large prime factor, as a convolution of a length without (Bluestein, 1970). */
function byConvolution(backend: GpuBackend, along: Along, from: From, to: To): void {
  const { outer, n, inner, inverse, scale, inCount, outCount, doubled } = along;
  const m = powerOfTwoFrom(2 * n - 1);
  const { chirp, spectrum } = bluesteinOnGpu(backend, n, m, inverse);
  const run = m <= pointsInMemory(backend) ? direct : inTwoSteps;
  const between = packed(backend, outer * m * inner);
  const whole = { outer, n: m, inner, inCount: m, outCount: m };
  const there = { ...whole, inverse: false, scale: 1, inCount, doubled };
  run(backend, there, from, between, { before: chirp, after: spectrum });
  const back = { ...whole, inverse: true, scale, outCount };
  run(backend, back, between, to, { after: chirp });
  backend.disposeData(between.tensors[0].dataId);
}

/** A list of `count` complex numbers for what is between two steps. */
export function packed(backend: GpuBackend, count: number): From & To {
  return { form: "packed", tensors: [backend.makeTensorInfo([count, 2], "float32")] };
}
