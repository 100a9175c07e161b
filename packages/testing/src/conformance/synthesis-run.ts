import { Gaussian, type Model, OnOff } from "@plenoptic/models";
import { Metamer, type MetamerOptions, type SetupOptions } from "@plenoptic/synthesis";
import {
  type Device,
  getRandomState,
  read,
  setRandomState,
  setSeed,
  type Tensor,
  withDevice,
} from "@plenoptic/tensor";
import { arrayOf, type NumberArray } from "./arrays.js";
import { toTensor } from "./on-device.js";

/** The models whose metamers are compared, as the reference's goldens have them. */
export const synthesisModels: Readonly<Record<string, () => Model>> = {
  Gaussian: () => new Gaussian(30),
  OnOff: () => new OnOff(31, { pretrained: true }),
};

/** A disc before a grating on a slope, in [0, 1] and exact in float32. */
export function testPicture(size: number): NumberArray {
  return arrayOf([1, 1, size, size], ([, , i, j]) => {
    const [y, x] = [i / size - 0.375, j / size - 0.5];
    const stripes = ((i + 2 * j) % 8) / 32;
    return Math.fround(x * x + y * y < 0.09 ? 0.875 - stripes : 0.25 + stripes + j / size / 4);
  });
}

/** What is recorded of a synthesis, all of it in host memory. */
export interface SynthesisRun {
  readonly initial: NumberArray;
  readonly losses: readonly number[];
  readonly penalties: readonly number[];
  readonly metamer: NumberArray;
}

export interface SynthesisStart {
  readonly model: Model;
  readonly image: NumberArray;
  /** Default: what is drawn from seed 0 in the device's precision. */
  readonly initial?: NumberArray;
  readonly options?: MetamerOptions;
  readonly setup?: Omit<SetupOptions, "initialImage">;
}

const hostCopy = async (x: Tensor): Promise<NumberArray> => ({
  shape: [...x.shape],
  values: (await read(x)).slice(),
});

/** Makes a metamer on a device; its start is drawn from seed 0, and the generator left where it was. */
export function makeMetamer(
  device: Device,
  { model, image, initial, options, setup }: SynthesisStart,
): Metamer {
  const state = getRandomState();
  try {
    return withDevice(device, () => {
      const picture = toTensor(image);
      const start = initial && toTensor(initial);
      const metamer = new Metamer(picture, model, options);
      // Building one draws numbers too, for its checks.
      setSeed(0);
      metamer.setup({ ...setup, ...(start ? { initialImage: start } : {}) });
      picture.dispose();
      start?.dispose();
      return metamer;
    });
  } finally {
    setRandomState(state);
  }
}

/** Synthesizes on a device, optionally moving to others meanwhile: so many iterations on each. */
export async function runSynthesis(
  device: Device,
  start: SynthesisStart,
  stages: readonly { readonly device: Device; readonly iterations: number }[],
): Promise<SynthesisRun> {
  const metamer = makeMetamer(device, start);
  try {
    const initial = await hostCopy(metamer.metamer);
    let here = device;
    for (const stage of stages) {
      if (stage.device.device !== here.device || stage.device.dtype !== here.dtype)
        await metamer.to(stage.device);
      here = stage.device;
      await metamer.synthesize({ maxIter: stage.iterations });
    }
    const { losses, penalties } = metamer;
    return { initial, losses, penalties, metamer: await hostCopy(metamer.metamer) };
  } finally {
    metamer.dispose();
  }
}
