// Our side of the benchmark: the same requests and answers as peer/bench_reference.py.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { Metamer, models, setSeed, setWarningHandler, tensor, useBackend } from "plenoptic";

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
  const ms = [];
  for (let i = 0; i < request.chunks; i++) {
    const start = performance.now();
    await metamer.synthesize({ maxIter: request.chunk, ...never });
    ms.push((performance.now() - start) / request.chunk);
  }
  return { ms };
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  const answer =
    request.do === "iterations"
      ? await iterations(request)
      : { peakBytes: process.resourceUsage().maxRSS * 1024 };
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
