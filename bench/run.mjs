// npm run bench: us and the reference, alternately, in one run. Prints tables and writes bench/out/bench.json.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { median, runOnce, startPeer } from "./peers.mjs";
import { findReference } from "./python.mjs";

const { values: flags } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    chunk: { type: "string", default: "10" },
    processes: { type: "string", default: "5" },
    only: { type: "string" },
    files: { type: "boolean", default: false },
    profile: { type: "string" },
    grow: { type: "boolean", default: false },
    texture: { type: "boolean", default: false },
    dtype: { type: "string" },
    size: { type: "string", default: "256" },
    sizes: { type: "string", default: "64,128,256,512,1024" },
    batches: { type: "string", default: "1,2,4,8" },
    limit: { type: "string", default: "10" },
    iterations: { type: "string", default: "100" },
    threads: { type: "string", default: "2" },
    seed: { type: "string", default: "0" },
    start: { type: "string", default: "mean" },
  },
});
const root = fileURLToPath(new URL("..", import.meta.url));
const out = join(root, "bench", "out");
mkdirSync(out, { recursive: true });

const size = 256;
const cases = [
  { model: "Gaussian", ours: { kernelSize: 30 }, reference: { kernel_size: 30 } },
  { model: "CenterSurround", ours: { kernelSize: 31 }, reference: { kernel_size: 31 } },
  {
    model: "LuminanceGainControl",
    ours: { kernelSize: 31, pretrained: true },
    reference: { kernel_size: 31, pretrained: true, cache_filt: true },
  },
  {
    model: "OnOff",
    ours: { kernelSize: 31, pretrained: true },
    reference: { kernel_size: 31, pretrained: true, cache_filt: true },
  },
].filter(({ model }) => !flags.only || model === flags.only);

/** The built-in photograph as both sides read it: a PNG, and its float32 values. */
async function writePicture() {
  const { data, useBackend, readSync } = await import("plenoptic");
  await useBackend("cpu");
  const image = data.centerCrop(await data.houseCat(), size);
  const png = join(out, "photograph.png");
  await data.savePNG(image, png);
  const values = readSync(await data.loadImages(png));
  const raw = join(out, "photograph.f32");
  writeFileSync(raw, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  return { png, raw };
}

async function perIteration(python, raw) {
  const us = startPeer(process.execPath, [join(root, "bench", "worker.mjs")], join(root, "bench"));
  const reference = startPeer(python, [join(root, "peer", "bench_reference.py")], root);
  const rows = [];
  for (const dtype of ["float32", "float64"]) {
    for (const { model, ours, reference: theirs } of cases) {
      const request = {
        do: "iterations",
        model,
        dtype,
        image: raw,
        size,
        // The reference takes a second for an iteration in float64.
        chunk: Math.max(2, dtype === "float64" ? Number(flags.chunk) >> 2 : Number(flags.chunk)),
        chunks: 1,
      };
      const times = { ours: [], one: [], two: [] };
      for (let round = 0; round < Number(flags.rounds); round++) {
        times.ours.push(...(await us.ask({ ...request, options: ours, chunks: 3 })).ms);
        times.one.push(...(await reference.ask({ ...request, options: theirs, threads: 1 })).ms);
        times.ours.push(...(await us.ask({ ...request, options: ours, chunks: 3 })).ms);
        times.two.push(...(await reference.ask({ ...request, options: theirs, threads: 2 })).ms);
      }
      const [mine, one, two] = [times.ours, times.one, times.two].map(median);
      rows.push({
        model,
        dtype,
        ours: mine,
        reference1: one,
        reference2: two,
        ratio: Math.min(one, two) / mine,
      });
      const last = rows.at(-1);
      console.log(
        `${model.padEnd(22)} ${dtype}  ours ${mine.toFixed(2)} ms  reference ${one.toFixed(1)} (1 thread) ${two.toFixed(1)} (2)  ratio ${last.ratio.toFixed(1)}`,
      );
    }
  }
  const peaks = { ours: await us.ask({ do: "memory" }), reference: await reference.ask({ do: "memory" }) };
  us.stop();
  reference.stop();
  return { rows, peakBytes: { ours: peaks.ours.peakBytes, reference: peaks.reference.peakBytes } };
}

async function wholeProcess(python, png) {
  const iterations = 100;
  const bin = join(root, "packages", "plenoptic", "bin", "plenoptic.js");
  const peakFile = join(out, "peak.txt");
  const ours = { ms: [], peak: [] };
  const theirs = { ms: [], peak: [] };
  for (let i = 0; i < Number(flags.processes); i++) {
    const args = ["--import", join(root, "bench", "report-peak.mjs"), bin, "metamer", png, "--seed", "0"];
    const mine = await runOnce(
      process.execPath,
      [...args, "--max-iter", String(iterations), "--out", join(out, "demo")],
      {
        env: { ...process.env, PEAK_FILE: peakFile },
      },
    );
    ours.ms.push(mine.ms);
    ours.peak.push(Number(readFileSync(peakFile, "utf8")));
    const other = await runOnce(python, [
      join(root, "peer", "demo_reference.py"),
      png,
      join(out, "reference.png"),
      String(iterations),
    ]);
    theirs.ms.push(other.ms);
    theirs.peak.push(JSON.parse(other.out.trim().split("\n").at(-1)).peakBytes);
  }
  return {
    iterations,
    ours: { ms: median(ours.ms), peakBytes: median(ours.peak) },
    reference: { ms: median(theirs.ms), peakBytes: median(theirs.peak) },
  };
}

/** An object with stored images: written to the disk and read again. */
async function saveAndLoad(python, raw) {
  const us = startPeer(process.execPath, [join(root, "bench", "worker.mjs")], join(root, "bench"));
  const reference = startPeer(python, [join(root, "peer", "bench_reference.py")], root);
  const [frames, rounds] = [100, 2 * Number(flags.rounds) + 1];
  const request = { do: "files", frames, size, image: raw };
  const [ours, theirs] = [[], []];
  for (let round = 0; round < rounds; round++) {
    ours.push(await us.ask({ ...request, path: join(out, "ours.pt") }));
    theirs.push(await reference.ask({ ...request, path: join(out, "reference.pt") }));
  }
  us.stop();
  reference.stop();
  // The first round warms up.
  const keys = ["saveMs", "flushedSaveMs", "loadMs", "objectSaveMs", "objectLoadMs"];
  const medians = (list) =>
    Object.fromEntries(keys.map((key) => [key, median(list.slice(1).map((one) => one[key]))]));
  // What we write is always flushed to the disk.
  const mine = ours.map((one) => ({ ...one, flushedSaveMs: one.saveMs }));
  return { frames, ours: medians(mine), reference: medians(theirs) };
}

function printFiles({ frames, ours, reference }) {
  console.log(
    `${frames} images of ${size}×${size}, float32, alone and as stored images of a Metamer (ours: on the disk, checked):`,
  );
  const names = {
    saveMs: "save images, torch.save",
    flushedSaveMs: "  both flushed",
    loadMs: "load images, torch.load",
    objectSaveMs: "Metamer.save",
    objectLoadMs: "Metamer.load",
  };
  for (const [key, name] of Object.entries(names)) {
    const [mine, theirs] = [ours[key], reference[key]];
    console.log(
      `${name.padEnd(24)} ours ${mine.toFixed(1)} ms  reference ${theirs.toFixed(1)} ms  ratio ${(theirs / mine).toFixed(1)}`,
    );
  }
}

const mb = (bytes) => `${(bytes / 2 ** 20).toFixed(0)} MB`;

function printDemo({ iterations, ours, reference }) {
  console.log(
    `Whole process, ${iterations} iterations of Gaussian(30), picture in, PNG out, median of ${flags.processes}:`,
  );
  console.log(
    `ours ${ours.ms.toFixed(0)} ms, ${mb(ours.peakBytes)}   reference ${reference.ms.toFixed(0)} ms, ${mb(reference.peakBytes)}` +
      `   ratio ${(reference.ms / ours.ms).toFixed(1)}, memory ${(ours.peakBytes / reference.peakBytes).toFixed(2)}`,
  );
}

function writeResults(name, results) {
  const machine = { cpu: cpus()[0].model, cores: cpus().length, memory: totalmem(), node: process.version };
  const file = { machine, date: new Date().toISOString(), ...results };
  writeFileSync(join(out, `${name}.json`), `${JSON.stringify(file, null, 2)}\n`);
  console.log(`Written to bench/out/${name}.json`);
}

/** The files, the small models and whole processes. */
async function measureModels(python) {
  const { png, raw } = await writePicture();
  const files = await saveAndLoad(python, raw);
  printFiles(files);
  if (flags.files) return { files };
  console.log(
    `One iteration of Metamer.synthesize, ${size}×${size}, median of ${flags.rounds} rounds of ${flags.chunk}:`,
  );
  const iterations = await perIteration(python, raw);
  const demo = await wholeProcess(python, png);
  printDemo(demo);
  return { iterations, demo, files };
}

const texture = "PortillaSimoncelli";
const numberOf = (name) => Number(flags[name]);
const numbersOf = (name) => flags[name].split(",").map(Number);

async function measureAll(where) {
  const results = flags.only === texture ? {} : await measureModels(where.python);
  if (!flags.files && (!flags.only || flags.only === texture)) {
    const { measureTextureSteps } = await import("./textures/steps.mjs");
    const options = { size: numberOf("size"), rounds: numberOf("rounds") };
    results.textures = await measureTextureSteps(where, options);
  }
  writeResults("bench", results);
}

async function profile(where) {
  const { profileTextures } = await import("./textures/profile.mjs");
  const dtypes = flags.dtype ? [flags.dtype] : ["float32", "float64"];
  const options = { size: numberOf("size"), rounds: numberOf("rounds"), model: flags.profile, dtypes };
  writeResults("profile", await profileTextures(where, options));
}

async function grow(where) {
  const { measureGrowth } = await import("./textures/grow.mjs");
  const limits = {
    sizes: numbersOf("sizes"),
    batches: numbersOf("batches"),
    limit: 1000 * numberOf("limit"),
  };
  writeResults("grow", { rows: await measureGrowth(where, limits) });
}

async function synthesizeTexture(where) {
  const { measureSynthesis } = await import("./textures/synthesis.mjs");
  const numbers = Object.fromEntries(
    ["size", "iterations", "threads", "seed"].map((name) => [name, numberOf(name)]),
  );
  const options = { ...numbers, dtype: flags.dtype ?? "float32", start: flags.start };
  const { file, ...results } = await measureSynthesis(where, options);
  writeResults(file, results);
}

if (flags.profile) await profile({ root, out });
else {
  const where = { root, out, python: findReference(root) };
  if (flags.grow) await grow(where);
  else if (flags.texture) await synthesizeTexture(where);
  else await measureAll(where);
}
