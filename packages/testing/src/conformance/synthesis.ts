import type { Device } from "@plenoptic/tensor";
import { coarseToFineLikeReference } from "./coarse-to-fine.js";
import { check, checkClose, checkSame } from "./compare.js";
import { balanced, referenceDevice, start, titleOf } from "./on-device.js";
import {
  makeMetamer,
  runSynthesis,
  type SynthesisRun,
  synthesisModels,
  testPicture,
} from "./synthesis-run.js";
import type { ConformanceCase, ConformanceOptions } from "./types.js";

const iterations = 25;

/** The design's bounds along a synthesis from one start. */
const boundsFor = ({ dtype }: Device) =>
  dtype === "float64" ? { losses: 1e-9, metamer: 1e-7 } : { losses: 1e-3, metamer: 5e-2 };

function checkRun(actual: SynthesisRun, expected: SynthesisRun, device: Device): void {
  const bounds = boundsFor(device);
  check(actual.losses.length === iterations + 1, `${actual.losses.length} losses were recorded.`);
  check(expected.losses[iterations] < expected.losses[0] / 2, "The loss of the reference does not fall.");
  checkClose(actual.losses, expected.losses, bounds.losses, "losses");
  checkClose(actual.penalties, expected.penalties, bounds.losses, "penalties");
  checkClose(actual.metamer.values, expected.metamer.values, bounds.metamer, "metamer");
}

const narrow = (device: Device): boolean => device.dtype === "float32";

/** A whole synthesis from seed 0 against that of `cpu` in float64 from the same start. */
async function againstReference(device: Device, model: string, size: number): Promise<void> {
  const image = testPicture(size);
  const make = synthesisModels[model];
  const actual = await runSynthesis(device, { model: make(), image }, [{ device, iterations }]);
  const sameDraw = { device: "cpu", dtype: device.dtype } as const;
  const drawn = await runSynthesis(sameDraw, { model: make(), image }, []);
  checkSame(actual.initial.values, drawn.initial.values, "the start drawn from seed 0");
  const from = { model: make(), image, initial: actual.initial };
  const expected = await runSynthesis(referenceDevice, from, [{ device: referenceDevice, iterations }]);
  checkRun(actual, expected, device);
}

/** Moved every few iterations from the device to each of the others and back. */
async function moved(device: Device, others: readonly Device[], size: number): Promise<void> {
  const image = testPicture(size);
  const make = synthesisModels.Gaussian;
  const route = others.flatMap((other) => [other, device]);
  const share = Math.floor(iterations / (route.length + 1));
  const stages = [
    { device, iterations: iterations - share * route.length },
    ...route.map((at) => ({ device: at, iterations: share })),
  ];
  const actual = await runSynthesis(device, { model: make(), image }, stages);
  const from = { model: make(), image, initial: actual.initial };
  const expected = await runSynthesis(referenceDevice, from, [{ device: referenceDevice, iterations }]);
  checkRun(actual, expected, [device, ...others].find(narrow) ?? device);
}

/** Two objects on two devices in turn record the same as one after the other, to the bit. */
async function interleaved(device: Device, other: Device, size: number): Promise<void> {
  const image = testPicture(size);
  const run = (on: Device) =>
    runSynthesis(on, { model: synthesisModels.Gaussian(), image }, [{ device: on, iterations: 10 }]);
  const alone = [await run(device), await run(other)];
  const together = await Promise.all([run(device), run(other)]);
  together.forEach((result, i) => {
    const where = titleOf([device, other][i]);
    checkSame(result.losses, alone[i].losses, `losses on ${where}`);
    checkSame(result.metamer.values, alone[i].metamer.values, `metamer on ${where}`);
  });
}

/** Tensors of an object in the making are freed when it is disposed, and `to()` an absent device changes nothing. */
async function refusedMove(device: Device, size: number): Promise<void> {
  const metamer = makeMetamer(device, { model: synthesisModels.Gaussian(), image: testPicture(size) });
  await metamer.synthesize({ maxIter: 2 });
  const before = metamer.losses;
  let refused = false;
  await metamer.to({ device: "no-such-device" }).catch(() => {
    refused = true;
  });
  check(refused, "to() a device that does not exist was not refused.");
  check(metamer.device.device === device.device, "A refused to() moved the object.");
  await metamer.synthesize({ maxIter: 2 });
  checkSame(metamer.losses.slice(0, 3), before, "losses before the refused move");
  metamer.dispose();
}

/** Whole syntheses: on the device, moved from it and back, and beside another. */
export function synthesisCases(device: Device, options: ConformanceOptions): ConformanceCase[] {
  const cpus: Device[] = [
    { device: "cpu", dtype: "float32" },
    { device: "cpu", dtype: "float64" },
  ];
  const isOther = (d: Device) => d.device !== device.device || d.dtype !== device.dtype;
  const { others = cpus, pictureSize = 64 } = options;
  const rest = others.filter(isOther);
  const make = (name: string, body: () => Promise<void>): ConformanceCase => ({
    group: "synthesis",
    name,
    run: async () => {
      for (const each of [device, ...rest]) await start(each);
      await balanced(body);
    },
  });
  const routeName = rest.map(titleOf).join(", ");
  return [
    ...Object.keys(synthesisModels).map((model) =>
      make(`${model}, ${iterations} iterations at ${pictureSize}×${pictureSize} from seed 0`, () =>
        againstReference(device, model, pictureSize),
      ),
    ),
    make("coarse to fine, scales together and by count", () =>
      coarseToFineLikeReference(device, pictureSize / 2, "together", {
        maxIter: 25,
        changeScaleCriterion: null,
        ctfItersToCheck: 6,
      }),
    ),
    make("coarse to fine, scales separate and by loss", () =>
      coarseToFineLikeReference(device, pictureSize / 2, "separate", {
        maxIter: 40,
        changeScaleCriterion: 1.95e-3,
        ctfItersToCheck: 4,
      }),
    ),
    make(`moved in the middle, by to() there and back: ${routeName}`, () =>
      moved(device, rest, pictureSize / 2),
    ),
    ...rest.map((other) =>
      make(`beside another object on ${titleOf(other)}`, () => interleaved(device, other, pictureSize / 2)),
    ),
    make("a move that is refused leaves everything", () => refusedMove(device, pictureSize / 2)),
  ];
}
