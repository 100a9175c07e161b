// npm run bench -- --profile PortillaSimoncelli: where one gradient's time goes, kernel by kernel, and how far it is from the
// cost of its Fourier transforms alone.
import { engine } from "@tensorflow/tfjs-core";
import { ops, rand, tidy } from "plenoptic";
import { table } from "../gpu/table.mjs";
import { median } from "../peers.mjs";
import { writeTexture } from "./pictures.mjs";
import { newTextureMetamer, setUpTexture } from "./requests.mjs";

const sum = (values) => values.reduce((a, b) => a + b, 0);

/** Calls until the engine has compiled what it compiles: that takes some hundred milliseconds. */
function warmUp(call) {
  const end = performance.now() + 2000;
  do call();
  while (performance.now() < end);
}

/** Median milliseconds of a call, which may be awaited. */
async function time(call, repeats) {
  const ms = [];
  for (let i = 0; i < repeats; i++) {
    const begin = performance.now();
    const result = call();
    if (result instanceof Promise) await result;
    ms.push(performance.now() - begin);
  }
  return median(ms);
}

/** Runs `call` with the times within the module's functions written down; gives them by name. */
async function withTimedModule(call) {
  const { backend } = engine();
  const { wasm } = backend;
  const seen = new Map();
  const timed =
    (fn, name) =>
    (...args) => {
      const begin = performance.now();
      const result = fn(...args);
      const { calls, ms } = seen.get(name) ?? { calls: 0, ms: 0 };
      seen.set(name, { calls: calls + 1, ms: ms + performance.now() - begin });
      return result;
    };
  const entries = Object.entries(wasm.functions).map(([name, fn]) => [name, timed(fn, name)]);
  backend.wasm = { ...wasm, functions: Object.fromEntries(entries) };
  try {
    await call();
  } finally {
    backend.wasm = wasm;
  }
  return seen;
}

/** One call: its kernels in their order, the module's functions, and the sums of both. */
async function profileOnce(call) {
  let kernels;
  const functions = await withTimedModule(async () => {
    const { kernels: found } = await engine().profile(call);
    kernels = found.map((kernel) => ({ ...kernel }));
  });
  const inKernels = sum(kernels.map(({ kernelTimeMs }) => kernelTimeMs));
  const inModule = sum([...functions.values()].map((one) => one.ms));
  return { kernels, functions, inKernels, inModule };
}

/** Profiles a call several times, with calls between that are timed from outside; gives medians. */
async function profileCall(call, repeats) {
  const totals = [];
  const runs = [];
  for (let i = 0; i < repeats; i++) {
    totals.push(await time(call, 3));
    const run = await profileOnce(call);
    // How often a line search evaluates may differ.
    if (i === 0 || run.kernels.length === runs[0].kernels.length) runs.push(run);
  }
  const middle = (numberOf) => median(runs.map(numberOf));
  return {
    total: median(totals),
    inKernels: middle((run) => run.inKernels),
    inModule: middle((run) => run.inModule),
    kernels: runs[0].kernels.map(({ name, inputShapes, outputShapes }, k) => ({
      name,
      inputShapes,
      outputShapes,
      ms: middle((run) => run.kernels[k].kernelTimeMs),
    })),
    functions: [...runs[0].functions].map(([name, { calls }]) => ({
      name,
      calls,
      ms: middle((run) => run.functions.get(name)?.ms ?? 0),
    })),
  };
}

function byName(list) {
  const groups = new Map();
  for (const { name, ms, calls = 1 } of list) {
    const seen = groups.get(name) ?? { name, calls: 0, ms: 0 };
    groups.set(name, { name, calls: seen.calls + calls, ms: seen.ms + ms });
  }
  return [...groups.values()].sort((a, b) => b.ms - a.ms);
}

/** The transform at the heart of a kernel: complex of a shape, or real with the shape of its real side. */
const transforms = {
  PlenopticFft2d: ({ inputShapes }) => ["complex", inputShapes[0]],
  PlenopticRfft2d: ({ inputShapes }) => ["forth", inputShapes[0]],
  PlenopticIrfft2dAdjoint: ({ inputShapes }) => ["forth", inputShapes[0]],
  PlenopticIrfft2d: ({ outputShapes }) => ["back", outputShapes[0]],
  PlenopticRfft2dAdjoint: ({ outputShapes }) => ["back", outputShapes[0]],
  PlenopticSpectralBands: ({ outputShapes }) => ["complex", outputShapes[0]],
  PlenopticSpectralBandsAdjoint: ({ inputShapes }) => ["complex", inputShapes[0]],
};

/** What runs a transform alone, on numbers made beforehand. */
function alone(kind, shape) {
  const [a, b] = [rand(shape), rand(shape)];
  if (kind === "complex") return () => ops.fft2({ real: a, imag: b });
  if (kind === "forth") return () => ops.rfft2(a);
  const half = ops.rfft2(a);
  return () => ops.irfft2(half, shape.at(-1));
}

/** The transforms among the kernels, alone: how many of each kind, and what they take. */
async function transformsAlone(kernels, repeats) {
  const kinds = new Map();
  for (const kernel of kernels) {
    const found = transforms[kernel.name]?.(kernel);
    if (!found) continue;
    const [kind, shape] = found;
    const key = `${kind} ${shape.join("×")}`;
    const seen = kinds.get(key) ?? { key, count: 0, kernelMs: 0, run: alone(kind, shape) };
    kinds.set(key, { ...seen, count: seen.count + 1, kernelMs: seen.kernelMs + kernel.ms });
  }
  const found = [];
  for (const { key, count, kernelMs, run } of kinds.values()) {
    const one = () => tidy(() => void run());
    for (let i = 0; i < 3; i++) one();
    found.push({ name: key, calls: count, kernelMs, ms: count * (await time(one, repeats)) });
  }
  return found;
}

const ms = (value) => value.toFixed(3);

function print(title, list, total) {
  const rows = list.map(({ name, calls, ms: value }) => [
    name,
    String(calls),
    ms(value),
    `${((100 * value) / total).toFixed(1)} %`,
  ]);
  console.log(`\n${table([[title, "calls", "ms", "of all"], ...rows])}`);
}

/** Where the time of a call goes: three parts, then kernel by kernel and function by function. */
function report(title, { total, inKernels, inModule, kernels, functions }) {
  const parts = [
    { name: "within the module", calls: sum(functions.map((one) => one.calls)), ms: inModule },
    { name: "kernels' JavaScript", calls: kernels.length, ms: inKernels - inModule },
    { name: "tape and ops", calls: "", ms: total - inKernels },
  ];
  print(`${title}: ${ms(total)} ms`, parts, total);
  print("kernel", byName(kernels), total);
  print("function of the module", byName(functions), total);
}

function reportTransforms(total, transforms) {
  const alone = sum(transforms.map((one) => one.ms));
  const inTheirKernels = sum(transforms.map((one) => one.kernelMs));
  const rows = transforms.map(({ name, calls, kernelMs, ms: value }) => [
    name,
    String(calls),
    ms(value),
    ms(kernelMs),
  ]);
  console.log(`\n${table([["transforms alone", "calls", "ms", "in their kernels"], ...rows])}`);
  console.log(
    `The transforms alone take ${ms(alone)} ms, the kernels that they are part of ${ms(inTheirKernels)} ms; ` +
      `the gradient takes ${(total / alone).toFixed(2)} times the transforms alone.`,
  );
  return alone;
}

async function profileGradient(setting, repeats) {
  const gradient = () => tidy(() => void setting.both(setting.start));
  const representation = () => tidy(() => void setting.model.forward(setting.start));
  warmUp(gradient);
  const forward = await time(representation, 3 * repeats);
  const found = await profileCall(gradient, repeats);
  report("one gradient", found);
  console.log(`\nThe representation alone takes ${ms(forward)} ms.`);
  const fourier = await transformsAlone(found.kernels, repeats);
  return { ...found, forward, fourier, fourierAlone: reportTransforms(found.total, fourier) };
}

/** An iteration of L-BFGS when its history is full: as many evaluations as it takes, and the directions between them. */
async function profileIteration(setting, repeats) {
  const metamer = newTextureMetamer(setting);
  const options = { stopItersToCheck: 10 ** 6 };
  await metamer.synthesize({ maxIter: 12, ...options });
  const found = await profileCall(() => metamer.synthesize({ maxIter: 1, ...options }), repeats);
  metamer.dispose();
  report("one iteration of L-BFGS, its history full", found);
  return found;
}

/** Profiles one gradient and one iteration of L-BFGS in each precision; prints tables and gives them. */
export async function profileTextures(where, { size, rounds, model, dtypes }) {
  if (model !== "PortillaSimoncelli")
    throw new Error(`--profile knows PortillaSimoncelli, but got ${model}.`);
  const pictures = await writeTexture(where, { size });
  const results = {};
  for (const dtype of dtypes) {
    console.log(`\nPortillaSimoncelli, ${size}×${size}, ${dtype}:`);
    const setting = await setUpTexture({ dtype, ...pictures });
    const gradient = await profileGradient(setting, 4 * rounds + 1);
    results[dtype] = { gradient, iteration: await profileIteration(setting, 3) };
  }
  return { size, results };
}
