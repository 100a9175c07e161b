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

const python = findReference(root);
const { png, raw } = await writePicture();
const files = await saveAndLoad(python, raw);
printFiles(files);
if (flags.files) process.exit(0);
console.log(
  `One iteration of Metamer.synthesize, ${size}×${size}, median of ${flags.rounds} rounds of ${flags.chunk}:`,
);
const iterations = await perIteration(python, raw);
const demo = await wholeProcess(python, png);
const mb = (bytes) => `${(bytes / 2 ** 20).toFixed(0)} MB`;
console.log(
  `Whole process, ${demo.iterations} iterations of Gaussian(30), picture in, PNG out, median of ${flags.processes}:`,
);
console.log(
  `ours ${demo.ours.ms.toFixed(0)} ms, ${mb(demo.ours.peakBytes)}   reference ${demo.reference.ms.toFixed(0)} ms, ${mb(demo.reference.peakBytes)}` +
    `   ratio ${(demo.reference.ms / demo.ours.ms).toFixed(1)}, memory ${(demo.ours.peakBytes / demo.reference.peakBytes).toFixed(2)}`,
);
const machine = { cpu: cpus()[0].model, cores: cpus().length, memory: totalmem(), node: process.version };
writeFileSync(
  join(out, "bench.json"),
  `${JSON.stringify({ machine, date: new Date().toISOString(), iterations, demo, files }, null, 2)}\n`,
);
console.log("Written to bench/out/bench.json");
