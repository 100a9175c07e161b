import {
  MetamerCTF,
  type MultiScaleModel,
  type Scale,
  type ScaleSelection,
  type SynthesizeCTFOptions,
} from "@plenoptic/synthesis";
import {
  concat,
  type Device,
  mean,
  read,
  reshape,
  square,
  sub,
  type Tensor,
  unstack,
  withDevice,
} from "@plenoptic/tensor";
import { check, checkClose } from "./compare.js";
import { referenceDevice, toTensor } from "./on-device.js";
import { testPicture } from "./synthesis-run.js";

const parts = new Map<Scale, (x: Tensor) => Tensor>([
  ["all pixels", (x) => mean(x, [2, 3])],
  ["columns", (x) => mean(x, 2)],
  [1, (x) => mean(x, 3)],
  [0, (x) => contrast(x)],
]);

/** Squared differences of neighbours, of each row. */
function contrast(x: Tensor): Tensor {
  const [left, right] = unstack(reshape(x, [...x.shape.slice(0, -1), -1, 2]), -1);
  return mean(square(sub(left, right)), -1);
}

const model: MultiScaleModel = {
  name: "Means",
  scales: [...parts.keys()],
  forward(x: Tensor, { scales = model.scales }: ScaleSelection = {}): Tensor {
    const wanted = [...parts].filter(([scale]) => scales.includes(scale));
    return concat(
      wanted.map(([, part]) => reshape(part(x), [x.shape[0], -1])),
      1,
    );
  },
  to() {},
};

interface Run {
  readonly timing: string;
  readonly losses: readonly number[];
  readonly scalesLoss: readonly number[];
  readonly metamer: ArrayLike<number>;
}

async function run(
  device: Device,
  size: number,
  coarseToFine: "together" | "separate",
  options: SynthesizeCTFOptions,
): Promise<Run> {
  const picture = testPicture(size);
  const { shape } = picture;
  const metamer = withDevice(device, () => {
    const target = toTensor(picture);
    // The picture upside down: far from it, and the same on every device.
    const initialImage = toTensor({ values: Array.from(picture.values).reverse(), shape });
    const made = new MetamerCTF(target, model, { coarseToFine });
    made.setup({ initialImage });
    target.dispose();
    initialImage.dispose();
    return made;
  });
  try {
    await metamer.synthesize({ ...options, stopCriterion: 0 });
    const { losses, scalesLoss, scalesTiming } = metamer;
    const values = (await read(metamer.metamer)).slice();
    return { timing: JSON.stringify([...scalesTiming]), losses, scalesLoss, metamer: values };
  } finally {
    metamer.dispose();
  }
}

/** The scales change at the same iterations as on `cpu` in float64, and the records are the same. */
export async function coarseToFineLikeReference(
  device: Device,
  size: number,
  coarseToFine: "together" | "separate",
  options: SynthesizeCTFOptions,
): Promise<void> {
  const actual = await run(device, size, coarseToFine, options);
  const expected = await run(referenceDevice, size, coarseToFine, options);
  check(
    expected.timing.includes('"all",[') && !expected.timing.includes("[]"),
    "Not all scales had their turn.",
  );
  check(actual.timing === expected.timing, `Scales changed at ${actual.timing}, not ${expected.timing}.`);
  const [bound, pixels] = device.dtype === "float64" ? [1e-9, 1e-7] : [1e-3, 5e-2];
  checkClose(actual.losses, expected.losses, bound, "losses");
  checkClose(actual.scalesLoss, expected.scalesLoss, bound, "losses of scales");
  checkClose(actual.metamer, expected.metamer, pixels, "metamer");
}
