// One device of ours: answers one JSON line to each JSON line, as bench/gpu.mjs asks.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { Metamer, models, setWarningHandler, tensor, useBackend } from "plenoptic";
import { timeChunks } from "../time-chunks.mjs";

setWarningHandler((category, message) => console.error(`${category}: ${message}`));
const never = { stopItersToCheck: 10 ** 6 };
const cache = new Map();

/** Starts the device; tells what computes, and whether that is a GPU. */
async function open({ device, dtype }) {
  if (device === "webgpu") {
    const { gpuInfo } = await import("../../packages/backend-webgpu/dist/index.js");
    await useBackend(device);
    const { vendor, architecture, description, isSoftware } = gpuInfo();
    const name = [vendor, architecture, description].filter(Boolean).join(" ");
    return { description: `WebGPU (Dawn): ${name}`, isGpu: !isSoftware };
  }
  if (device === "node") {
    const { describeNodeBackend } = await import("../../packages/backend-node/dist/index.js");
    await useBackend(device);
    const { summary, usesGpu } = describeNodeBackend();
    return { description: summary, isGpu: usesGpu };
  }
  await useBackend(device, { dtype });
  return { description: `WebAssembly, ${dtype}`, isGpu: false };
}

function readPicture(path, size) {
  const bytes = readFileSync(path);
  const pixels = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  return tensor(pixels, [1, 1, size, size]);
}

function build({ model, options, image, start, size }) {
  const { kernelSize, ...rest } = options;
  const metamer = new Metamer(readPicture(image, size), new models[model](kernelSize, rest));
  metamer.setup({ initialImage: readPicture(start, size) });
  return metamer;
}

async function losses(request) {
  const metamer = build(request);
  await metamer.synthesize({ maxIter: request.iterations, ...never });
  const values = Array.from(metamer.losses);
  metamer.dispose();
  return { losses: values };
}

/** The first call for a model and a size also warms up. */
async function iterations(request) {
  const key = `${request.model} ${request.size}`;
  if (!cache.has(key)) {
    const metamer = build(request);
    await metamer.synthesize({ maxIter: request.warmUp, ...never });
    cache.set(key, metamer);
  }
  const metamer = cache.get(key);
  return { ms: await timeChunks(metamer, request, never) };
}

const actions = { open, losses, iterations };
for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  const answer = await actions[request.do](request).catch((error) => ({ error: error.message }));
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
// Whatever a GPU's driver still runs must not keep the process.
process.exit(0);
