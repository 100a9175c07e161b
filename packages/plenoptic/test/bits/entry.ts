/**
 * What every engine must compute to the same bits: 25 iterations of an OnOff metamer from seed 0, in both
 * precisions. Bundled and run by same-bits.test.ts in this Node, in another major version, and in Chromium.
 */
import { Metamer, models, rand, randn, read, setSeed, setWarningHandler, useBackend } from "plenoptic";

async function sha256(values: Float32Array | Float64Array): Promise<string> {
  const bytes = new Uint8Array(
    values.buffer.slice(values.byteOffset, values.byteOffset + values.byteLength) as ArrayBuffer,
  );
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return [...new Uint8Array(digest)].map((b) => b.toString(16).padStart(2, "0")).join("");
}

async function hashOf(dtype: "float32" | "float64"): Promise<Record<string, string>> {
  await useBackend("cpu", { dtype });
  setSeed(0);
  const normal = await read(randn([1000]));
  const image = rand([1, 1, 64, 64]);
  const metamer = new Metamer(image, new models.OnOff(31, { pretrained: true, cacheFilt: true }));
  await metamer.synthesize({ maxIter: 25, stopItersToCheck: 100 });
  return {
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
