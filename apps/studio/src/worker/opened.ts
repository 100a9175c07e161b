import { type BuiltInModel, lossNames, optionKinds } from "@plenoptic/cli/settings";
import { examineSavedSynthesis } from "@plenoptic/io";
import { optimizers, schedulers } from "@plenoptic/optim";
import { type SavedMetamer, savedArrays } from "@plenoptic/synthesis";
import type { OpenedFile, Records, StoredFrame } from "../protocol.js";
import type { Settings } from "../settings/settings.js";
import { toRaster } from "./raster.js";

/** A `.pt` file that is looked at; its model need not be known. */
export class Opened {
  private constructor(
    private readonly saved: SavedMetamer,
    private readonly known: Partial<Settings>,
  ) {}

  static async read(file: Blob): Promise<Opened> {
    const saved = await savedArrays(file);
    return new Opened(saved, await settingsOf(file, saved));
  }

  describe(): OpenedFile {
    const { saved, known } = this;
    const { image, metamer, savedMetamer, storeProgress } = saved;
    return {
      target: toRaster(image.data, image.shape),
      metamer: toRaster(metamer.data, metamer.shape),
      records: recordsOf(saved),
      storedEvery: storeProgress || 1,
      storedFrames: savedMetamer.length,
      known,
    };
  }

  /** Without its model, nobody knows what that sees of the difference. */
  frame(index: number): StoredFrame {
    const { data, shape } = this.saved.savedMetamer[index];
    return { raster: toRaster(data, shape), error: { kind: "none" } };
  }
}

function recordsOf({ losses, penalties, gradientNorm, pixelChangeNorm }: SavedMetamer): Records {
  const count = gradientNorm.length;
  return {
    from: 0,
    losses: losses.slice(0, count),
    penalties: penalties.slice(0, count),
    gradientNorm: [...gradientNorm],
    pixelChangeNorm: [...pixelChangeNorm],
  };
}

const lastPart = (name: string | null | undefined) => name?.split(".").at(-1) ?? "";
/** `l2_norm` and `l2Norm` are one name. */
const plainName = (name: string) => name.replaceAll("_", "").toLowerCase();

/** What a file says of how it was made. The options of the model are not in it. */
async function settingsOf(file: Blob, saved: SavedMetamer): Promise<Partial<Settings>> {
  const { callables } = await examineSavedSynthesis(file);
  const nameOf = (what: string) => lastPart(callables[what]?.name);
  const [model, optimizer, scheduler] = [nameOf("model"), nameOf("optimizer"), nameOf("scheduler")];
  const loss = lossNames.find((name) => plainName(name) === plainName(nameOf("loss_function")));
  const isTextureLoss = model === "PortillaSimoncelli" && nameOf("loss_function") === "loss";
  return {
    ...(Object.hasOwn(optionKinds, model) && { model: model as BuiltInModel }),
    loss: isTextureLoss ? "portillaSimoncelli" : loss,
    optimizer: Object.hasOwn(optimizers, optimizer) && optimizer !== "Adam" ? optimizer : undefined,
    scheduler: Object.hasOwn(schedulers, scheduler) ? scheduler : undefined,
    coarseToFine: saved.coarseToFine,
    penaltyLambda: saved.penaltyLambda,
    storeProgress: saved.storeProgress ?? 0,
    dtype: saved.image.data instanceof Float64Array ? "float64" : "float32",
    color: saved.image.shape[1] === 3,
    maxIter: Math.max(1, saved.gradientNorm.length),
  };
}
