// Our side of the benchmark: the same requests and answers as peer/bench_reference.py.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { io, Metamer, models, setSeed, setWarningHandler, tensor, useBackend } from "plenoptic";
import { answerTexture } from "./textures/requests.mjs";
import { timeChunks } from "./time-chunks.mjs";

setWarningHandler(() => {});
const cache = new Map();
const never = { stopItersToCheck: 10 ** 6 };

async function build({ model, options, dtype, image, size }) {
  const key = `${model} ${dtype}`;
  if (!cache.has(key)) {
    await useBackend("cpu", { dtype });
    const bytes = readFileSync(image);
    const pixels = new Float32Array(
      bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
    );
    const { kernelSize, ...rest } = options;
    setSeed(0);
    const metamer = new Metamer(tensor(pixels, [1, 1, size, size]), new models[model](kernelSize, rest));
    await metamer.synthesize({ maxIter: 2, ...never });
    cache.set(key, metamer);
  }
  return cache.get(key);
}

async function iterations(request) {
  const metamer = await build(request);
  return { ms: await timeChunks(metamer, request, never) };
}

/** Saves and loads an object with stored images of the picture's size; the file is on the disk when save() is done. */
async function files({ path, frames, size, image }) {
  const options = { model: "Gaussian", options: { kernelSize: 30 }, dtype: "float32", image, size };
  await useBackend("cpu");
  const first = await build(options);
  const fresh = () => new Metamer(first.image, new models.Gaussian(30));
  if (!cache.has("stored")) {
    const metamer = fresh();
    await metamer.synthesize({ maxIter: frames, storeProgress: 1, ...never });
    cache.set("stored", metamer);
  }
  const stored = cache.get("stored");
  const images = stored.savedMetamer.slice(0, -1);
  const tensors = images.map((values) => new io.TorchTensor("float32", [1, 1, size, size], values));
  const times = {};
  const time = async (name, run) => {
    const start = performance.now();
    await run();
    times[name] = performance.now() - start;
  };
  const loaded = fresh();
  await time("saveMs", () => io.writeTorchFile(path, tensors));
  await time("loadMs", () => io.readTorchFile(path));
  await time("objectSaveMs", () => stored.save(path));
  await time("objectLoadMs", () => loaded.load(path));
  loaded.dispose();
  return times;
}

const memory = () => ({ peakBytes: process.resourceUsage().maxRSS * 1024 });
const actions = { iterations, files, texture: answerTexture, memory };
for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(await actions[request.do](request))}\n`);
}
