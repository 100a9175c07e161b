import { type AdditiveLoss, isConvertible, ShareWatch, statisticShares } from "@plenoptic/cli/settings";
import type { Metamer, ModelLike } from "@plenoptic/synthesis";
import { read, sub, tidy, withDevice } from "@plenoptic/tensor";
import type { ErrorView } from "../protocol.js";
import { toSignedRaster } from "./raster.js";

/** What part of the time of a run may go into looking at the representation. */
const budget = 0.04;
const mostMaps = 4;

const callModel = (model: ModelLike, x: Metamer["metamer"]) =>
  typeof model === "function" ? model(x) : model.forward(x);

/** Measures how far the representation is from the target's, as seldom as synthesis can bear. */
export class ErrorWatch {
  private readonly shares: ShareWatch | undefined;
  private nextAt = 0;

  constructor(
    private readonly metamer: Metamer,
    loss: AdditiveLoss,
  ) {
    const { model } = metamer;
    if (isConvertible(model)) {
      this.shares = new ShareWatch(() =>
        statisticShares(model, loss, metamer.metamer, metamer.targetRepresentation),
      );
    }
  }

  /** Undefined while it would take too much of the time. */
  async recent(): Promise<ErrorView | undefined> {
    return performance.now() < this.nextAt ? undefined : this.now();
  }

  async now(): Promise<ErrorView> {
    const start = performance.now();
    const view = this.shares
      ? ({ kind: "shares", shares: [...(await this.shares.now())] } as const)
      : await this.maps();
    const end = performance.now();
    this.nextAt = end + (end - start) / budget;
    return view;
  }

  private async maps(): Promise<ErrorView> {
    const { metamer, model, targetRepresentation, device } = this.metamer;
    const error = withDevice(device, () => tidy(() => sub(callModel(model, metamer), targetRepresentation)));
    const { shape } = error;
    const values = await read(error);
    let largest = 0;
    for (const value of values) largest = Math.max(largest, Math.abs(value));
    const size = shape.slice(-2);
    const isPicture = shape.length === 4 && Math.min(...size) > 1;
    const maps = Array.from({ length: isPicture ? Math.min(mostMaps, shape[1]) : 0 }, (_, channel) =>
      toSignedRaster(values, channel * size[0] * size[1], size, largest),
    );
    error.dispose();
    return isPicture ? { kind: "maps", maps, largest } : { kind: "none" };
  }
}
