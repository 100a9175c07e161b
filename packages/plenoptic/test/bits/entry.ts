/**
 * What every engine must compute to the same bits: 25 iterations of an OnOff metamer from seed 0, and Fourier transforms of
 * sizes that are done in different ways, in both precisions. Bundled and run by same-bits.test.ts in this Node, in another major version, and in Chromium.
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

async function hashOf(dtype: "float32" | "float64"): Promise<Record<string, string>> {
  await useBackend("cpu", { dtype });
  setSeed(0);
  const normal = await read(randn([1000]));
  const image = rand([1, 1, 64, 64]);
  const metamer = new Metamer(image, new models.OnOff(31, { pretrained: true, cacheFilt: true }));
  await metamer.synthesize({ maxIter: 25, stopItersToCheck: 100 });
  return {
    [`spectra ${dtype}`]: await sha256(await spectra()),
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
