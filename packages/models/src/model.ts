import { ShapeError, type Tensor } from "@plenoptic/tensor";

/** A model of vision: something with a `forward` from an image to a representation. */
export interface Model {
  /** Under this name it is saved and checked. */
  readonly name: string;
  /** The representation of an image `[B, C, H, W]`. */
  forward(x: Tensor): Tensor;
}

/** A pointwise nonlinearity. */
export type Activation = (x: Tensor) => Tensor;

/** Throws unless x is an image of one channel, `[B, 1, H, W]`. */
export function expectOneChannel(model: string, x: Tensor): void {
  if (x.rank === 4 && x.shape[1] === 1) return;
  const shape = `[${x.shape.join(", ")}]`;
  const fix =
    x.rank === 4 && x.shape[1] === 3
      ? "For a colour picture, load it in grey, or give each colour to the model as an image of its own: reshape(x, [3, 1, H, W])."
      : "Images are [batch, channel, height, width].";
  throw new ShapeError(
    `${model} takes images of one channel, [batch, 1, height, width], but got ${shape}. ${fix}`,
  );
}

/** One line that shows the options a model was made with. */
export function describeModel(name: string, options: Record<string, unknown>): string {
  const parts = Object.entries(options).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  return `${name}(${parts.join(", ")})`;
}
