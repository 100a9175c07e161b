import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { GpuBackend } from "../backend.js";
import { flatWorkgroup, groupsFor, type Program } from "../program.js";
import { elementaryFunctions } from "./elementary.js";
import { type GpuKernel, sizeOf } from "./kernel.js";

/** Strides with which an operand is read for each value of the result: 0 along the axes that it is repeated over. */
function spreadStrides(shape: readonly number[], outShape: readonly number[]): number[] {
  const lead = outShape.length - shape.length;
  let stride = 1;
  const strides = outShape.map(() => 0);
  for (let i = shape.length - 1; i >= 0; i--) {
    if (shape[i] !== 1) strides[lead + i] = stride;
    stride *= shape[i];
  }
  return strides;
}

function broadcast(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const [m, n] = [a[a.length - rank + i] ?? 1, b[b.length - rank + i] ?? 1];
    return m === 1 ? n : m;
  });
}

function program(key: string, fn: string, rank: number, declarations: string): Program {
  const axes = Array.from({ length: rank }, (_, i) => i);
  return {
    key: `binary ${key} ${rank}`,
    outputs: [["y", "f32"]],
    inputs: [
      ["a", "f32"],
      ["b", "f32"],
    ],
    params: [
      ["count", "u32"],
      ...axes.flatMap((i) => [`extent${i}`, `a${i}`, `b${i}`].map((name) => [name, "u32"] as const)),
    ],
    workgroup: flatWorkgroup,
    declarations: () => declarations,
    body: () => `
  if (flat >= params.count) { return; }
  var rest = flat;
  var p = 0u;
  var q = 0u;
${axes
  .toReversed()
  .map(
    (i) => `  p = p + (rest % params.extent${i}) * params.a${i};
  q = q + (rest % params.extent${i}) * params.b${i};
  rest = rest / params.extent${i};`,
  )
  .join("\n")}
  y[flat] = ${fn}(a[p], b[q]);`,
  };
}

function runBroadcast(
  backend: GpuBackend,
  a: TensorInfo,
  b: TensorInfo,
  [key, fn, declarations]: readonly [string, string, string],
): TensorInfo {
  const shape = broadcast(a.shape, b.shape);
  const [p, q] = [spreadStrides(a.shape, shape), spreadStrides(b.shape, shape)];
  const y = backend.makeTensorInfo(shape, "float32");
  const count = sizeOf(shape);
  const params = [count, ...shape.flatMap((extent, i) => [extent, p[i], q[i]])];
  const code = program(key, fn, shape.length, declarations);
  backend.dispatch(code, [y], [a, b], params, groupsFor(count, flatWorkgroup[0]));
  return y;
}

/**
 * x^y = 2^(y (e + log₂ m)) for |x| = m · 2^e: with e apart, large powers of large numbers lose little. WGSL says nothing of
 * bases that are not positive; the rest follows IEEE 754.
 */
const powerFunction = `${elementaryFunctions}
fn positivePower(x: f32, y: f32) -> f32 {
  var word = bitcast<u32>(x);
  var e = f32(i32(word >> 23u) - 127);
  var m = bitcast<f32>((word & 0x7fffffu) | 0x3f800000u);
  if (m > 1.41421356) { m = 0.5 * m; e = e + 1.0; }
  let f = m - 1.0;
  let large = y * e;
  let small = y * (atanhSeries(f / (2.0 + f)) * 1.44269504);
  let k = round(large + small);
  if (k > 129.0) { return infinity(); }
  if (k < -151.0) { return 0.0; }
  let r = ((large - k) + small) * 0.69314718;
  let half = i32(k) / 2;
  return (1.0 + expm1Near(r)) * power2(half) * power2(i32(k) - half);
}
fn powerOf(x: f32, y: f32) -> f32 {
  if (y == 0.0 || x == 1.0) { return 1.0; }
  if (isNotANumber(x) || isNotANumber(y)) { return notANumber(); }
  let size = abs(x);
  let isOdd = abs(y) < 16777216.0 && floor(y) == y && floor(0.5 * y) != 0.5 * y;
  var power = 0.0;
  if (!isFiniteNumber(y)) {
    if (size == 1.0) { return 1.0; }
    power = select(0.0, infinity(), (size > 1.0) == (y > 0.0));
  } else if (size == 0.0 || !isFiniteNumber(x)) {
    power = select(0.0, infinity(), (size > 0.0) == (y > 0.0));
  } else {
    if (x < 0.0 && floor(y) != y) { return notANumber(); }
    power = positivePower(size, y);
  }
  return select(power, -power, isOdd && (bitcast<u32>(x) >> 31u) == 1u);
}`;

const kernel = (name: string, fn: string, declarations: string): GpuKernel => ({
  name,
  run: (backend, { a, b }) => runBroadcast(backend, a, b, [name, fn, declarations]),
});

export const binaryKernels = [
  kernel("Pow", "powerOf", powerFunction),
  kernel("Atan2", "atan2Of", elementaryFunctions),
];
