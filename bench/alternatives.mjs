// npm run bench:alternatives: our cpu backend beside what else a TypeScript user has, and PyTorch where it is installed.
// Every contestant runs in a process of its own and they are asked in turn, so that a busy machine slows all of them.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { gaussian, netWeights, numbers, sizes } from "./alternatives/tasks.mjs";
import { median, startPeer } from "./peers.mjs";
import { installedReference } from "./python.mjs";

const { values: flags } = parseArgs({
  options: {
    rounds: { type: "string", default: "7" },
    budget: { type: "string", default: "300" },
    only: { type: "string" },
    check: { type: "boolean", default: false },
  },
});
const root = fileURLToPath(new URL("..", import.meta.url));
const here = join(root, "bench", "alternatives");
const out = join(root, "bench", "out");
mkdirSync(out, { recursive: true });

/** The program for the backends of bare tfjs. */
async function bundleTfjs() {
  const outfile = join(out, "tfjs.mjs");
  await build({
    entryPoints: [join(here, "tfjs.mjs")],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    mainFields: ["module", "main"],
    // Gradients are registered by modules that the package lists as free of side effects.
    ignoreAnnotations: true,
    // What bundled CommonJS and the loader of the WebAssembly backend expect to find.
    banner: {
      js: `import { createRequire as requireFrom } from "node:module"; import { fileURLToPath as pathOf } from "node:url";
const require = requireFrom(import.meta.url); const __filename = pathOf(import.meta.url); const __dirname = pathOf(new URL(".", import.meta.url));`,
    },
    logLevel: "error",
  });
  return outfile;
}

/** The numbers as files, for a process that is not JavaScript. */
function writeNumbers(folder) {
  mkdirSync(folder, { recursive: true });
  const write = (name, values) => {
    const array = Float32Array.from(values);
    writeFileSync(join(folder, `${name}.f32`), new Uint8Array(array.buffer));
  };
  const line = gaussian(sizes.filter.taps);
  write(
    "taps",
    line.flatMap((a) => line.map((b) => a * b)),
  );
  for (const k of [1, 2]) write(`filter${k}`, numbers(sizes.filter.image ** 2, k));
  write("net", numbers(3 * sizes.net.image ** 2, 3));
  for (const k of [1, 2]) write(`fft${k}`, numbers(sizes.fft.image ** 2, 3 + k));
  for (const [i, { values }] of netWeights().entries()) write(`weights${i}`, values);
  return folder;
}

/** Everybody who is here: name, and the process that answers for it. */
async function contestants() {
  const tfjs = await bundleTfjs();
  const script = (...args) => startPeer(process.execPath, args, root);
  const list = ["float32", "float64"].map((dtype) => ({
    name: `ours ${dtype}`,
    peer: script(join(here, "ours.mjs"), dtype),
  }));
  const wasm = createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm/package.json");
  list.push({ name: "tfjs-wasm", peer: script(tfjs, "wasm", join(dirname(wasm), "dist")) });
  list.push({ name: "tfjs-cpu", peer: script(tfjs, "cpu") });
  const node = process.env.PLENOPTIC_TFJS_NODE;
  if (node && existsSync(node)) list.push({ name: "tfjs-node", peer: script(tfjs, "node", node) });
  else
    console.log("tfjs-node is left out: PLENOPTIC_TFJS_NODE does not name the folder of an installed one.");
  const python = installedReference(root);
  const peer = join(root, "peer", "bench_alternatives.py");
  const folder = writeNumbers(join(out, "numbers"));
  if (python) {
    for (const threads of [1, 2]) {
      const name = `PyTorch (${threads})`;
      list.push({ name, peer: startPeer(python, [peer, String(threads), folder], root) });
    }
  } else console.log("PyTorch is left out: neither PLENOPTIC_PYTHON nor .venv has it.");
  return list;
}

/** Each row is one way to do a task; rows of a task give the same number. */
const rows = [
  { task: "filter", kind: "filter", title: "30×30 filter, as two lines of taps" },
  { task: "denseFilter", kind: "filter", title: "30×30 filter, dense conv2d" },
  { task: "conv", kind: "filter", title: "30×30 filter, conv2d" },
  { task: "depthwise", kind: "filter", title: "30×30 filter, depthwiseConv2d" },
  { task: "twoConvs", kind: "filter", title: "30×30 filter, two conv2d of 30 taps" },
  { task: "net", kind: "net", title: "net 3→32→64→64, 3×3, 128×128" },
  { task: "fft", kind: "fft", title: "fft and back, 256×256" },
].filter(({ kind }) => !flags.only || flags.only.split(",").includes(kind));

/** Asks all in turn, `rounds` times; the first answer of each is to warm up. */
async function time(list, { task }) {
  const times = new Map();
  for (let round = 0; round <= Number(flags.rounds); round++) {
    for (const { name, peer } of list) {
      const seen = times.get(name) ?? { ms: [] };
      times.set(name, seen);
      if (seen.missing) continue;
      const answer = await peer.ask({ task, budget: Number(flags.budget) });
      if (answer.missing) seen.missing = answer.missing;
      // The first step gives the same number everywhere; later ones depend on how many there were.
      else if (round === 0) seen.value = answer.first;
      else seen.ms.push(...answer.ms);
    }
  }
  return Object.fromEntries(
    [...times].map(([name, { ms, ...rest }]) => [name, { ...rest, ms: median(ms), steps: ms.length }]),
  );
}

const jsBackends = ["tfjs-wasm", "tfjs-cpu"];
const allBackends = [...jsBackends, "tfjs-node"];

const torch = ["PyTorch (1)", "PyTorch (2)"];
const plain = ["conv", "depthwise", "denseFilter"];

/** The quickest of some contestants over some ways of doing a task. */
function best(results, ways, names) {
  const found = ways.flatMap((task) =>
    names.map((name) => ({ name, task, ms: results[task]?.[name]?.ms })).filter(({ ms }) => ms),
  );
  return found.sort((a, b) => a.ms - b.ms)[0];
}

/** Our row, whom it is compared with, and the floor of the ratio where one has been set; the others are for information. */
const comparisons = [
  { task: "filter", ways: plain, names: jsBackends, floor: 20 },
  { task: "filter", ways: plain, names: allBackends, floor: 5 },
  { task: "filter", ways: ["twoConvs"], names: jsBackends },
  { task: "filter", ways: ["twoConvs"], names: allBackends },
  { task: "denseFilter", ways: plain, names: jsBackends },
  { task: "denseFilter", ways: plain, names: allBackends },
  { task: "denseFilter", ways: plain, names: torch },
  { task: "net", ways: ["net"], names: ["tfjs-wasm"], floor: 1 },
  { task: "net", ways: ["net"], names: ["tfjs-node"] },
  { task: "net", ways: ["net"], names: torch },
  { task: "fft", ways: ["fft"], names: allBackends, floor: 5 },
  { task: "fft", ways: ["fft"], names: torch },
];

function compare(results) {
  return comparisons.flatMap(({ task, ways, names, floor }) => {
    const ours = results[task]?.["ours float32"]?.ms;
    const rival = best(results, ways, names);
    return ours && rival ? [{ task, rival: rival.name, way: rival.task, ratio: rival.ms / ours, floor }] : [];
  });
}

/**
 * The first loss (or value) must be the same for all that do a task, or they do not do the same. tfjs-wasm's mean of a
 * million values is 2e-4 off: it adds them one by one in float32.
 */
function checkValues(results) {
  for (const kind of new Set(rows.map((row) => row.kind))) {
    const seen = rows.filter((row) => row.kind === kind).flatMap(({ task }) => Object.entries(results[task]));
    const values = seen.filter(([, { value }]) => value !== undefined);
    const expected = values[0]?.[1].value;
    for (const [name, { value }] of values) {
      if (!(Math.abs(value - expected) <= 1e-3 * Math.abs(expected)))
        throw new Error(`${kind}: ${name} gives ${value}, but ${values[0][0]} gives ${expected}.`);
    }
  }
}

function print(list, results) {
  console.log(
    `\nMilliseconds a step, median over ${flags.rounds} rounds (− where there is no such way or kernel):`,
  );
  const cell = (text) => String(text).padStart(13);
  console.log("".padEnd(38) + list.map(({ name }) => cell(name)).join(""));
  for (const { task, title } of rows) {
    const cells = list.map(({ name }) => {
      const { ms } = results[task][name];
      return cell(ms ? ms.toFixed(ms < 10 ? 3 : 1) : "−");
    });
    console.log(title.padEnd(38) + cells.join(""));
  }
  for (const { task, title } of rows) {
    for (const { name } of list) {
      const { missing } = results[task][name];
      if (missing && !missing.startsWith("not a task"))
        console.log(`  ${name} has no "${title}": ${missing}`);
    }
  }
}

const list = await contestants();
const results = {};
for (const row of rows) {
  results[row.task] = await time(list, row);
  console.log(`${row.title}: done`);
}
for (const { peer } of list) peer.stop();
checkValues(results);
print(list, results);
const ratios = compare(results);
const label = Object.fromEntries(rows.map(({ task, title }) => [task, title]));
console.log("\nOurs in float32 against:");
for (const { task, rival, way, ratio, floor } of ratios) {
  const verdict = floor === undefined ? "" : `(floor ${floor}${ratio >= floor ? "" : ": BELOW IT"})`;
  const other = way === task ? rival : `${rival}, ${label[way].split(", ").at(-1)}`;
  console.log(`${label[task].padEnd(38)}${other.padEnd(36)}${ratio.toFixed(1).padStart(7)}× ${verdict}`);
}
const machine = { cpu: cpus()[0].model, cores: cpus().length, memory: totalmem(), node: process.version };
writeFileSync(
  join(out, "alternatives.json"),
  `${JSON.stringify({ machine, date: new Date().toISOString(), results, ratios }, null, 2)}\n`,
);
console.log("Written to bench/out/alternatives.json");
if (flags.check && ratios.some(({ ratio, floor }) => ratio < floor)) process.exitCode = 1;
