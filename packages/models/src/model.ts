import { type Device, nearest, ShapeError, type Tensor, ValidationError } from "@plenoptic/tensor";

/** A model of vision: something with a `forward` from an image to a representation. */
export interface Model {
  /** Under this name it is saved and checked. */
  readonly name: string;
  /** The representation of an image `[B, C, H, W]`. */
  forward(x: Tensor): Tensor;
}

/** What the models of this package have besides: they can be "moved", and say what they are. */
export abstract class BuiltInModel implements Model {
  abstract readonly name: string;
  abstract forward(x: Tensor): Tensor;
  /** The numbers the model is made of, by name: standard deviations, ratios, scalars. */
  abstract parameters(): Record<string, number | readonly number[]>;

  /** Nothing needs moving: parameters are plain numbers, and `forward` works on the device of the image it gets. */
  to(_device?: Partial<Device>): this {
    return this;
  }
}

/** Refuses option names that a model does not have, with the nearest that it has. */
export function checkOptionNames(model: string, options: object, known: readonly string[]): void {
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    const close = nearest(name, known);
    const hint = close ? `Did you mean "${close}"?` : `It has: ${known.join(", ")}.`;
    throw new ValidationError(`${model} has no option "${name}". ${hint}`, { argument: name });
  }
}

/** The parameters of the parts of a model, each name with the part's in front. */
export function parametersOf(
  parts: Record<string, BuiltInModel>,
): Record<string, number | readonly number[]> {
  return Object.fromEntries(
    Object.entries(parts).flatMap(([part, model]) =>
      Object.entries(model.parameters()).map(([name, value]) => [`${part}.${name}`, value]),
    ),
  );
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
