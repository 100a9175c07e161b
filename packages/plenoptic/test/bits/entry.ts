/**
 * What every engine must compute to the same bits: 25 iterations of an OnOff metamer from seed 0, Fourier transforms of sizes
 * that are done in different ways, elementary functions, and convolutions in each way there is, in both precisions. Bundled and run by same-bits.test.ts in this Node, in another major version, and in Chromium.
 */
import { Metamer, models, ops, rand, randn, read, setSeed, setWarningHandler, useBackend } from "plenoptic";

async function sha256(values: Float32Array | Float64Array): Promise<string> {
  const bytes = new Uint8Array(
    values.buffer.slice(values.byteOffset, values.byteOffset + values.byteLength) as ArrayBuffer,
  );
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return [...new Uint8Array(digest)].map((b) => b.toString(16).padStart(2, "0")).join("");
}

async function spectra(): Promise<Float64Array> {
  const values: number[] = [];
  for (const shape of [
    [16, 48],
    [15, 14],
    [7, 101],
  ]) {
    const z = { real: rand(shape), imag: rand(shape) };
    const half = ops.rfft2(z.imag);
    const { real, imag } = ops.fft2(z);
    for (const x of [real, imag, half.real, half.imag, ops.irfft2(half, shape[1])])
      values.push(...(await read(x)));
  }
  return Float64Array.from(values);
}

/** The elementary functions, each where its values are finite, angles beyond 10^6 included. */
async function functions(): Promise<Float64Array> {
  const { acos, acosh, add, asin, asinh, atan, atan2, atanh, cos, cosh, div, elu, erf, exp, expm1 } = ops;
  const { log, log1p, logSoftmax, mul, pow, selu, sigmoid, sin, sinh, softmax, softplus, sub, tan, tanh } =
    ops;
  const inside = rand([1001]);
  const wide = mul(sub(inside, 0.5), 40);
  const far = div(1, mul(inside, 1e-9));
  const results = [
    ...[acos, asin, atanh, log, log1p].map((f) => f(inside)),
    ...[asinh, atan, cosh, elu, erf, exp, expm1, selu, sigmoid, sinh, softplus, tanh].map((f) => f(wide)),
    ...[sin, cos, tan].flatMap((f) => [f(wide), f(far)]),
    ...[softmax, logSoftmax].map((f) => f(wide)),
    acosh(add(inside, 1)),
    atan2(wide, sub(inside, 0.3)),
    pow(inside, wide),
  ];
  const values: number[] = [];
  for (const x of results) values.push(...(await read(x)));
  return Float64Array.from(values);
}

/** Matrix products, convolutions by each algorithm, pooling and resizing. */
async function convolutions(): Promise<Float64Array> {
  const image = rand([1, 16, 33, 30]);
  const results = [
    ops.matMul(rand([70, 333]), rand([333, 45])),
    ops.conv2d(image, rand([16, 16, 3, 3]), { padding: 1 }),
    ops.conv2d(image, rand([24, 16, 3, 2]), { stride: 2, dilation: [1, 2], padding: "valid" }),
    ops.conv2d(image, rand([3, 16, 5, 5])),
    ops.depthwiseConv2d(image, rand([16, 1, 4, 3]), { stride: [1, 3] }),
    ops.conv2d(rand([1, 2, 90, 64]), rand([3, 2, 25, 25])),
    ops.convTranspose2d(image, rand([16, 20, 3, 3]), { stride: 2 }),
    ops.maxPool2d(image, 3, { stride: 2, padding: 1 }),
    ops.avgPool2d(image, 2),
    ops.resizeBilinear(image, [17, 50]),
    ops.batchNorm(image, undefined, undefined, { training: true }),
  ];
  const values: number[] = [];
  for (const x of results) values.push(...(await read(x)));
  return Float64Array.from(values);
}

async function hashOf(dtype: "float32" | "float64"): Promise<Record<string, string>> {
  await useBackend("cpu", { dtype });
  setSeed(0);
  const normal = await read(randn([1000]));
  const image = rand([1, 1, 64, 64]);
  const metamer = new Metamer(image, new models.OnOff(31, { pretrained: true, cacheFilt: true }));
  await metamer.synthesize({ maxIter: 25, stopItersToCheck: 100 });
  return {
    [`spectra ${dtype}`]: await sha256(await spectra()),
    [`functions ${dtype}`]: await sha256(await functions()),
    [`convolutions ${dtype}`]: await sha256(await convolutions()),
    [`randn ${dtype}`]: await sha256(normal),
    [`metamer ${dtype}`]: await sha256(await read(metamer.metamer)),
    [`losses ${dtype}`]: await sha256(Float64Array.from(metamer.losses)),
  };
}

export async function computeHashes(): Promise<Record<string, string>> {
  setWarningHandler(() => {});
  return { ...(await hashOf("float32")), ...(await hashOf("float64")) };
}

Object.assign(globalThis, { computeHashes });
