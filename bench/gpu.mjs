// npm run bench:gpu: every way to an NVIDIA GPU on this machine, checked and timed in one go, against the reference on
// the same GPU. Without one it says so and stops; --anyway then measures on the processor, small, to show that it works.
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { data, rand, readSync, setSeed, useBackend } from "plenoptic";
import { findGpu, findPython, tensorflowEnvironment, vulkanEnvironment } from "./gpu/machine.mjs";
import { milliseconds, table } from "./gpu/table.mjs";
import { median, startPeer } from "./peers.mjs";

const { values: flags } = parseArgs({
  options: { anyway: { type: "boolean", default: false }, rounds: { type: "string", default: "5" } },
});
const root = fileURLToPath(new URL("..", import.meta.url));
const out = join(root, "bench", "out");
mkdirSync(out, { recursive: true });

const models = [
  { model: "Gaussian", options: { kernelSize: 30 }, reference: { kernel_size: 30 } },
  {
    model: "OnOff",
    options: { kernelSize: 31, pretrained: true },
    reference: { kernel_size: 31, pretrained: true, cache_filt: true },
  },
];
const bound = 1e-3;

/** The built-in photograph, repeated where it is too small, and a random start: the same float32 numbers for everybody. */
async function writePictures(size) {
  await useBackend("cpu");
  const photograph = await data.houseCat();
  const [height, width] = photograph.shape.slice(-2);
  const side = Math.min(size, height, width);
  const crop = readSync(data.centerCrop(photograph, side));
  const image = Float32Array.from(
    { length: size * size },
    (_, i) => crop[(Math.floor(i / size) % side) * side + ((i % size) % side)],
  );
  setSeed(0);
  const files = { image: join(out, `gpu-image-${size}.f32`), start: join(out, `gpu-start-${size}.f32`) };
  writeFileSync(files.image, image);
  writeFileSync(files.start, readSync(rand([1, 1, size, size])));
  return { ...files, size };
}

/** Starts one of our devices in a process of its own; gives what to call it, or why it is missing. */
async function startOurs(name, device, dtype, environment, needsGpu) {
  if (environment.missing) return { name, missing: environment.missing };
  const env = { ...process.env, ...environment };
  const peer = startPeer(process.execPath, [join(root, "bench/gpu/worker.mjs")], join(root, "bench"), env);
  try {
    const { error, description, isGpu } = await peer.ask({ do: "open", device, dtype });
    if (error) throw new Error(error);
    if (needsGpu && !isGpu) throw new Error(`it does not use the GPU: ${description}`);
    return { name, peer, description, ours: true };
  } catch (error) {
    peer.stop();
    return { name, missing: error.message };
  }
}

function startReference({ python, device, missing }, tf32) {
  const name = device === "cuda" ? `reference, CUDA${tf32 ? ", TF32" : ""}` : "reference";
  if (missing) return { name, missing };
  const peer = startPeer(python, [join(root, "peer", "bench_reference.py")], root);
  const how = { device, tf32, threads: cpus().length };
  return { name, peer, how, description: `plenoptic on PyTorch, ${device}` };
}

const worst = (found, expected) =>
  Math.max(...expected.map((value, i) => Math.abs(found[i] - value) / Math.abs(value)));

/** The losses on every device of ours against cpu in float64. */
async function compare(engines, oracle, size, iterations) {
  console.log(`\nLosses of ${iterations} iterations, largest relative difference from cpu in float64:`);
  const request = { do: "losses", iterations, ...(await writePictures(size)) };
  const rows = [];
  for (const { model, options } of models) {
    const expected = await oracle.peer.ask({ ...request, model, options });
    for (const { peer, name: engine } of engines.filter(({ ours }) => ours)) {
      const { losses, error } = await peer.ask({ ...request, model, options });
      const relativeError = error ? undefined : worst(losses, expected.losses);
      const passed = relativeError < bound;
      rows.push({ engine, model, size, error, relativeError, losses, passed });
      const verdict = passed ? `< ${bound}` : `TOO LARGE: ${bound} are allowed`;
      const result = error ? `failed: ${error}` : `${relativeError.toExponential(1)} ${verdict}`;
      console.log(`  ${`${model}, ${size}×${size}`.padEnd(18)} ${engine.padEnd(24)} ${result}`);
    }
  }
  return rows;
}

async function time(engines, sizes, effort) {
  const rows = [];
  for (const size of sizes) {
    const pictures = await writePictures(size);
    for (const { model, options, reference } of models) {
      const request = { do: "iterations", model, dtype: "float32", chunks: 1, ...effort, ...pictures };
      const times = engines.map(() => []);
      const errors = engines.map(() => undefined);
      // In turn, so that whatever else the machine does slows all of them.
      for (let round = 0; round < Number(flags.rounds); round++) {
        for (const [i, { peer, ours, how }] of engines.entries()) {
          if (errors[i]) continue;
          const answer = await peer.ask({ ...request, ...how, options: ours ? options : reference });
          if (answer.error) errors[i] = answer.error;
          else times[i].push(...answer.ms);
        }
      }
      engines.forEach(({ name }, i) => {
        rows.push({
          engine: name,
          model,
          size,
          error: errors[i],
          ms: errors[i] ? undefined : median(times[i]),
        });
      });
    }
  }
  return rows;
}

function printTimes(engines, timing, sizes) {
  console.log("\nMilliseconds per iteration, float32:");
  const cases = sizes.flatMap((size) => models.map(({ model }) => ({ model, size })));
  const header = ["", ...cases.map(({ model, size }) => `${model} ${size}²`)];
  const cell = (name, { model, size }) =>
    timing.find((row) => row.engine === name && row.model === model && row.size === size);
  const rows = engines.map(({ name }) => [name, ...cases.map((c) => milliseconds(cell(name, c)?.ms))]);
  console.log(table([header, ...rows]));
  for (const { engine, model, size, error } of timing) {
    if (error) console.log(`  ${engine}, ${model}, ${size}×${size}: ${error}`);
  }
}

const gpu = findGpu();
console.log(gpu.missing ? `no GPU: ${gpu.missing}` : `GPU: ${gpu.name}, ${gpu.memory}, driver ${gpu.driver}`);
if (gpu.missing && !flags.anyway) {
  writeFileSync(
    join(out, "gpu.json"),
    `${JSON.stringify({ gpu, date: new Date().toISOString() }, null, 2)}\n`,
  );
  console.log("Nothing to measure. --anyway measures on the processor, at 32×32.");
  process.exit(0);
}
const needsGpu = !gpu.missing;
const sizes = needsGpu ? [256, 1024] : [32];
const effort = needsGpu ? { chunk: 20, warmUp: 10 } : { chunk: 1, warmUp: 1 };
const python = findPython(root, gpu);
const oracle = await startOurs("cpu, float64", "cpu", "float64", {}, false);
const all = [
  await startOurs("webgpu, Dawn", "webgpu", "float32", vulkanEnvironment(gpu, out), needsGpu),
  await startOurs("node, TensorFlow", "node", "float32", tensorflowEnvironment(root, gpu), needsGpu),
  await startOurs("cpu, WebAssembly", "cpu", "float32", {}, false),
  startReference(python, false),
  // What PyTorch does unless told otherwise: convolutions with factors of 10 bits.
  ...(needsGpu ? [startReference(python, true)] : []),
];
for (const { name, description, missing } of all) {
  console.log(`  ${name.padEnd(24)} ${missing ? `missing: ${missing}` : description}`);
}
const engines = all.filter(({ peer }) => peer);
const comparison = await compare(engines, oracle, needsGpu ? 64 : 32, needsGpu ? 25 : 3);
const timing = await time(engines, sizes, effort);
for (const { peer } of [oracle, ...engines]) peer.stop();
printTimes(engines, timing, sizes);
const machine = { cpu: cpus()[0].model, cores: cpus().length, node: process.version };
const described = all.map(({ name, description, missing }) => ({ name, description, missing }));
const report = { gpu, machine, date: new Date().toISOString(), engines: described, comparison, timing };
writeFileSync(join(out, "gpu.json"), `${JSON.stringify(report, null, 2)}\n`);
console.log("Written to bench/out/gpu.json");
process.exitCode = comparison.every(({ passed }) => passed) ? 0 : 1;
