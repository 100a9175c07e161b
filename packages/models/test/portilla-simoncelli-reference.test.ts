import { join } from "node:path";
import { groupwiseRelativeL2NormFactory, portillaSimoncelliLossFactory } from "@plenoptic/losses";
import { Metamer } from "@plenoptic/synthesis";
import { dispose, mul, rand, readSync, setSeed, square, sum, tensor, valueAndGrad } from "@plenoptic/tensor";
import {
  askReference,
  boundFor,
  collectWarnings,
  describeDevices,
  expectClose,
  hasReference,
  referenceIsNeeded,
  spreadNumbers,
  testFolder,
} from "@plenoptic/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PortillaSimoncelli, type PortillaSimoncelliOptions, type Scale } from "../src/index.js";

interface Case {
  readonly shape: readonly number[];
  readonly options: Required<PortillaSimoncelliOptions>;
  readonly scales?: readonly Scale[];
  readonly reweighting?: Record<string, number>;
}

const with_ = (nScales: number, nOrientations: number, spatialCorrWidth: number) => ({
  nScales,
  nOrientations,
  spatialCorrWidth,
});

/** What the goldens do not have: batches and channels, windows of even width, oblong images, lowpass residuals of odd size. */
const cases: Readonly<Record<string, Case>> = {
  "a batch of colour pictures": { shape: [2, 3, 32, 32], options: with_(2, 3, 5) },
  "a window of even width": { shape: [1, 1, 32, 64], options: with_(2, 2, 6) },
  "a window of one sample": { shape: [1, 1, 32, 32], options: with_(2, 4, 1) },
  "a lowpass residual of odd size": { shape: [1, 1, 72, 88], options: with_(3, 4, 7) },
  "a lowpass residual of odd height": { shape: [1, 1, 56, 64], options: with_(3, 3, 5) },
  "many orientations": { shape: [1, 1, 64, 32], options: with_(1, 7, 7) },
  "some scales": { shape: [1, 2, 64, 64], options: with_(3, 2, 5), scales: [1, "residual_lowpass"] },
  "weights for groups": {
    shape: [1, 1, 32, 32],
    options: with_(2, 2, 3),
    reweighting: { pixel_statistics: 2, magnitude_std: 30, auto_correlation_magnitude: 0 },
  },
};

const size = (shape: readonly number[]) => shape.reduce((n, extent) => n * extent, 1);
/** Smoothed noise would have no more structure for the statistics than noise has: a grating is added. */
function pictureOf(shape: readonly number[], seed: number): Float64Array {
  const width = shape[shape.length - 1];
  return spreadNumbers(size(shape), 0, 1, seed).map(
    (noise, i) => 0.5 * noise + 0.25 + 0.2 * Math.sin((i % width) / (2 + seed) + Math.floor(i / width) / 3),
  );
}
const snake = ({ nScales, nOrientations, spatialCorrWidth }: Required<PortillaSimoncelliOptions>) => ({
  n_scales: nScales,
  n_orientations: nOrientations,
  spatial_corr_width: spatialCorrWidth,
});

interface Answer {
  readonly error?: string;
  readonly representation: number[];
  readonly gradient: number[];
  readonly loss: number;
  readonly groupwise: number;
}

describe.skipIf(!hasReference)(`Portilla-Simoncelli and the reference ${referenceIsNeeded}`, () => {
  const names = Object.keys(cases);
  let answers: Answer[] = [];
  beforeAll(() => {
    answers = askReference(
      "portilla_simoncelli.py",
      Object.values(cases).map(({ shape, options, ...rest }) => ({
        shape,
        values: [...pictureOf(shape, 1)],
        target: [...pictureOf(shape, 2)],
        options: snake(options),
        ...rest,
      })),
    );
  }, 120_000);

  describeDevices("the same numbers", (device) => {
    const bound = boundFor(device, { float64: 1e-9, float32: 1e-3 });
    const slopeBound = boundFor(device, { float64: 1e-8, float32: 1e-3 });

    it.each(names)("%s", (name) => {
      const { shape, options, scales, reweighting } = cases[name];
      const answer = answers[names.indexOf(name)];
      expect(answer.error).toBeUndefined();
      const model = new PortillaSimoncelli(shape.slice(2), options);
      const [x, target] = [1, 2].map((seed) => tensor(pictureOf(shape, seed), shape));
      const y = model.forward(x, { scales });
      expectClose(readSync(y), answer.representation, bound, "representation");
      const half = (im: typeof x) => mul(sum(square(model.forward(im, { scales }))), 0.5);
      const { grad } = valueAndGrad(half)(x);
      expectClose(readSync(grad), answer.gradient, slopeBound, "gradient");
      const [a, b] = [x, target].map((image) => model.forward(image));
      const usual = portillaSimoncelliLossFactory(model, target, { reweighting });
      const groupwise = groupwiseRelativeL2NormFactory(model, target, { reweighting });
      expectClose(usual(a, b), [answer.loss], bound, "loss");
      expectClose(groupwise(a, b), [answer.groupwise], bound, "groupwise loss");
      model.dispose();
    });
  });

  describe("files", () => {
    const folder = testFolder();
    afterAll(folder.remove);

    describeDevices("there and back", (device) => {
      it("it goes on from our file, and we from its: model and loss are found to be the same", async () => {
        setSeed(3);
        const image = rand([1, 1, 32, 32]);
        const options = with_(2, 3, 5);
        const model = new PortillaSimoncelli([32, 32], options);
        const fresh = () =>
          new Metamer(image, model, { lossFunction: portillaSimoncelliLossFactory(model, image) });
        const metamer = fresh();
        await metamer.synthesize({ maxIter: 3 });
        const [file, back] = ["ours", "its"].map((name) => join(folder.path, `${name}-${device.dtype}.pt`));
        await metamer.save(file);
        // In float32 skews and kurtoses of a few samples differ by more than the reference allows by default.
        const atol = boundFor(device, { float64: 1e-8, float32: 1e-5 });
        const [{ error, losses }] = askReference<{ error?: string; losses: number[] }[]>(
          "portilla_simoncelli.py",
          [{ file, save: back, options: snake(options), atol }],
        );
        expect(error).toBeUndefined();
        await metamer.synthesize({ maxIter: 1 });
        const bound = boundFor(device, { float64: 1e-9, float32: 1e-3 });
        expectClose(metamer.losses, losses, bound, "losses");

        const again = fresh();
        await collectWarnings(() => again.load(back, { tensorEqualityAtol: atol }));
        again.setup();
        await again.synthesize({ maxIter: 1 });
        expect(again.losses.length).toBe(6);
        await metamer.synthesize({ maxIter: 1 });
        expectClose(again.losses, metamer.losses, bound, "losses, loaded again");
        dispose(image);
        model.dispose();
      });
    });
  });
});
