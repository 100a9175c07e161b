import { type AdditiveLoss, isConvertible, statisticShares } from "@plenoptic/cli/settings";
import type { Metamer, ModelLike } from "@plenoptic/synthesis";
import { type FloatArray, read, sub, type Tensor, tensor, tidy, withDevice } from "@plenoptic/tensor";
import type { ErrorView } from "../protocol.js";
import { toSignedRaster } from "./raster.js";

/** What part of the time of a run may go into looking at the representation. */
const budget = 0.04;
const mostMaps = 4;

const callModel = (model: ModelLike, x: Tensor) =>
  typeof model === "function" ? model(x) : model.forward(x);

/** Measures how far the representation is from the target's, as seldom as synthesis can bear. */
export class ErrorWatch {
  private nextAt = 0;

  constructor(
    private readonly metamer: Metamer,
    private readonly loss: AdditiveLoss,
  ) {}

  /** Of the current image; undefined while it would take too much of the time. */
  async recent(): Promise<ErrorView | undefined> {
    return performance.now() < this.nextAt ? undefined : this.now();
  }

  /** Of the current image. */
  async now(): Promise<ErrorView> {
    const start = performance.now();
    const view = await this.of(this.metamer.metamer);
    const end = performance.now();
    this.nextAt = end + (end - start) / budget;
    return view;
  }

  /** Of the values of a stored image. */
  async ofStored(values: FloatArray): Promise<ErrorView> {
    const { device, image } = this.metamer;
    const stored = withDevice(device, () => tensor(values, image.shape));
    try {
      return await this.of(stored);
    } finally {
      stored.dispose();
    }
  }

  private async of(image: Tensor): Promise<ErrorView> {
    const { model, targetRepresentation } = this.metamer;
    if (!isConvertible(model)) return this.maps(image);
    const shares = await statisticShares(model, this.loss, image, targetRepresentation);
    return { kind: "shares", shares: [...shares] };
  }

  private async maps(image: Tensor): Promise<ErrorView> {
    const { model, targetRepresentation, device } = this.metamer;
    const error = withDevice(device, () => tidy(() => sub(callModel(model, image), targetRepresentation)));
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
