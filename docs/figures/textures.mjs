/**
 * Makes the pictures and numbers of docs/textures.md, in some minutes; or a part of them:
 *
 *   node docs/figures/textures.mjs [pictures] [coarse] [start] [precision]
 *
 * Kernels that round otherwise than those of the day give other metamers, as good as these: then look at all pictures, and adapt the text.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  data,
  losses,
  Metamer,
  MetamerCTF,
  models,
  ops,
  optim,
  plot,
  rand,
  randLike,
  read,
  setSeed,
  tensor,
  toDevice,
  useBackend,
} from "plenoptic";
import { drawStones } from "./stones.mjs";
import { errorsByGroup, lossFigure } from "./texture-numbers.mjs";

export const size = 192;
const iterations = 100;
/** The iterations that are looked at on the way. */
const stops = [0, 3, 10, 30, iterations];

const here = (name) => fileURLToPath(new URL(name, import.meta.url));

/** A piece of the wall in the 256 greys of a picture file. */
export function wall(seed, side = size) {
  const values = drawStones(side, { seed });
  return tensor(
    values.map((value) => Math.round(255 * value) / 255),
    [1, 1, side, side],
  );
}

const recipe = {
  optimizer: optim.LBFGS,
  optimizerOptions: { lr: 1, maxIter: 10, maxEval: 10, historySize: 100, lineSearchFn: "strongWolfe" },
};

/** The metamer as the tutorial makes it, not yet synthesized. */
export function prepare(image, { seed = 0, reweighting, initialImage } = {}) {
  const model = new models.PortillaSimoncelli(image.shape.slice(2));
  const lossFunction = losses.portillaSimoncelliLossFactory(model, image, { reweighting });
  setSeed(seed);
  const metamer = new Metamer(image, model, { lossFunction });
  metamer.setup({ ...recipe, initialImage });
  return metamer;
}

/** To the last iteration, whether or not the loss changes. */
async function synthesize(metamer, maxIter, options = {}) {
  const start = performance.now();
  await metamer.synthesize({ maxIter, stopItersToCheck: maxIter + 1, ...options });
  console.log(`loss ${metamer.losses.at(-1)} in ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return metamer;
}

const run = (image, options) => synthesize(prepare(image, options), iterations, { storeProgress: 1 });

/** Adds to the numbers that are there. */
function record(numbers) {
  const path = here("textures.json");
  const known = existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : {};
  writeFileSync(path, `${JSON.stringify({ ...known, ...numbers }, null, 2)}\n`);
}

/** Relative errors of the groups of statistics, of an image and its target. */
const errorsOf = (model, image, target) => errorsByGroup(model, model.forward(image), model.forward(target));

const frame = (metamer, iteration) => tensor(metamer.savedMetamer[iteration], [...metamer.image.shape]);

/** Pearson's correlation of the pixels of two images. */
async function correlation(a, b) {
  const [x, y] = [await read(a), await read(b)];
  const mean = (v) => v.reduce((sum, value) => sum + value, 0) / v.length;
  const [mx, my] = [mean(x), mean(y)];
  let [xy, xx, yy] = [0, 0, 0];
  x.forEach((value, i) => {
    xy += (value - mx) * (y[i] - my);
    xx += (value - mx) ** 2;
    yy += (y[i] - my) ** 2;
  });
  return xy / Math.sqrt(xx * yy);
}

async function save(name, figure) {
  if (name.endsWith(".svg")) writeFileSync(here(name), `${figure.toSVG()}\n`);
  else writeFileSync(here(name), await figure.toPNG());
}

const pictures = (images, title) => plot.imshow(images, { title, vrange: [0, 1] });

/** Without what is said of magnitudes and across scales; without what is said of the real parts across scales. */
const none = (...names) => Object.fromEntries(names.map((name) => [name, 0]));
const linearOnly = none(
  "auto_correlation_magnitude",
  "cross_orientation_correlation_magnitude",
  "cross_scale_correlation_magnitude",
  "cross_scale_correlation_real",
);
const withoutPhase = none("cross_scale_correlation_real");

async function drawPictures() {
  const image = wall(4);
  await data.savePNG(image, here("stones.png"));
  const first = await run(image, { seed: 0 });
  const second = await run(image, { seed: 1 });
  const fewer = await run(image, { reweighting: linearOnly });
  const phaseless = await run(image, { reweighting: withoutPhase });
  const { model } = first;

  await save(
    "textures-metamer.png",
    await pictures(
      [image, frame(first, 3), frame(first, 10), first.metamer],
      ["Target", "3 iterations", "10 iterations", `${iterations} iterations`],
    ),
  );
  await save(
    "textures-groups.png",
    await pictures(
      [image, fewer.metamer, phaseless.metamer, first.metamer],
      ["Target", "No magnitudes", "No phases", "All groups"],
    ),
  );
  await save(
    "textures-seeds.png",
    await pictures(
      [image, first.metamer, second.metamer, wall(5)],
      ["Target", "Seed 0", "Seed 1", "Another piece"],
    ),
  );
  const size2 = { width: 820, height: 480 };
  await save(
    "textures-statistics.svg",
    await plot.plotRepresentation(model.forward(image), { model, ...size2 }),
  );
  await save(
    "textures-error-10.svg",
    await plot.metamerRepresentationError(first, { iteration: 10, ...size2 }),
  );
  await save("textures-error.svg", await plot.metamerRepresentationError(first, { ylim: false, ...size2 }));

  const numbers = {
    losses: first.losses,
    penalties: first.penalties,
    pixelChangeNorm: first.pixelChangeNorm,
    gradientNorm: first.gradientNorm,
    lossOfSeed1: second.losses.at(-1),
    errors: Object.fromEntries(
      stops.map((iteration) => [iteration, errorsOf(model, frame(first, iteration), image)]),
    ),
    errorsOfSeed1: errorsOf(model, second.metamer, image),
    errorsOfAnotherPiece: errorsOf(model, wall(5), image),
    correlations: {
      seed0WithTarget: await correlation(first.metamer, image),
      seed1WithTarget: await correlation(second.metamer, image),
      seed0WithSeed1: await correlation(first.metamer, second.metamer),
    },
  };
  await save("textures-loss.svg", await lossFigure(numbers));
  record(numbers);
}

/** One scale after the other, with a loss that weighs all numbers alike; and from there on with the loss for textures. */
async function coarse() {
  const image = wall(4);
  const model = new models.PortillaSimoncelli([size, size]);
  setSeed(0);
  const metamer = new MetamerCTF(image, model, { lossFunction: losses.l2Norm, coarseToFine: "together" });
  metamer.setup(recipe);
  await synthesize(metamer, iterations, { changeScaleCriterion: null, ctfItersToCheck: 10 });
  const goingOn = await synthesize(prepare(image, { initialImage: metamer.metamer }), 30);
  await save(
    "textures-grain.png",
    await pictures(
      [image, metamer.metamer, goingOn.metamer],
      ["Target", "Without weights", "30 more with weights"],
    ),
  );
  record({
    scalesFinished: metamer.scalesFinished,
    errorsCoarseToFine: errorsOf(model, metamer.metamer, image),
    errorsGoingOn: errorsOf(model, goingOn.metamer, image),
    lossGoingOn: goingOn.losses.at(-1),
  });
}

/** From noise of little contrast around the mean. */
async function start() {
  const image = wall(4);
  setSeed(0);
  const initialImage = ops.add(ops.mul(ops.sub(randLike(image), 0.5), 0.2), ops.mean(image));
  const metamer = await run(image, { initialImage });
  record({ lossesFromMean: metamer.losses });
}

/** A smaller piece for longer, in both precisions from the same start. */
async function precision() {
  const side = 128;
  setSeed(0);
  const start = rand([1, 1, side, side]);
  const found = {};
  for (const dtype of ["float32", "float64"]) {
    const device = await useBackend("cpu", { dtype });
    const initialImage = await toDevice(start, device);
    const metamer = await synthesize(prepare(wall(4, side), { initialImage }), 200);
    found[dtype] = [0, 1, 2, 5, 10, 50, 100, 200].map((iteration) => metamer.losses[iteration]);
  }
  await useBackend("cpu");
  record({ longer: found });
}

const parts = { pictures: drawPictures, coarse, start, precision };

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const asked = process.argv.slice(2);
  for (const [name, part] of Object.entries(parts)) {
    if (asked.length === 0 || asked.includes(name)) await part();
  }
}
