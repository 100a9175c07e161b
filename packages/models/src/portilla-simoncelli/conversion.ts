import {
  concat,
  deviceOf,
  gather,
  reshape,
  ShapeError,
  type Tensor,
  tensor,
  tidy,
  ValidationError,
  withDevice,
} from "@plenoptic/tensor";
import type { Layout, StatisticGroup, StatisticName } from "./layout.js";

/** All statistics by their published names, each `[B, C, …]`, where redundant ones are NaN or of any value. */
export type StatisticDict = Record<StatisticName, Tensor>;

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, extent) => product * extent, 1);

/** Throws unless the dict has exactly the groups of the layout, in their shapes; those without numbers may be left out. */
function checkDict(dict: Readonly<Record<string, Tensor>>, { groups }: Layout): void {
  const names = groups.map(({ name }) => name as string);
  const extra = Object.keys(dict).filter((name) => !names.includes(name));
  const missing = groups
    .filter(({ name, shape }) => sizeOf(shape) > 0 && !Object.hasOwn(dict, name))
    .map(({ name }) => name);
  if (extra.length > 0)
    throw new ValidationError(`representation contains additional keys! ${extra.join(", ")}`, {
      argument: "representationDict",
    });
  if (missing.length > 0)
    throw new ValidationError(`representation is missing keys! ${missing.join(", ")}`, {
      argument: "representationDict",
    });
  const lead = dict[names[0]].shape.slice(0, 2);
  for (const { name, shape } of groups) {
    if (!Object.hasOwn(dict, name)) continue;
    const wanted = [...lead, ...shape].join(", ");
    const got = dict[name].shape.join(", ");
    if (got !== wanted) throw new ShapeError(`${name} must have the shape [${wanted}], but got [${got}].`);
  }
}

/**
 * The groups `[P, …]` one after the other, less what is redundant: `[P, N]`. Groups without numbers (correlations across scales where
 * there is one scale) may be left out: not every device takes them.
 */
export function joinGroups(groups: Readonly<Record<string, Tensor>>, layout: Layout): Tensor {
  const flat = layout.groups
    .filter(({ shape }) => sizeOf(shape) > 0)
    .map(({ name, shape }) => reshape(groups[name], [-1, sizeOf(shape)]));
  return gather(concat(flat, 1), layout.necessary, 1);
}

/**
 * The representation `[B, C, N]`: the groups one after the other, less what is redundant.
 *
 * @throws {@link ValidationError} for a group too many or too few; {@link ShapeError} for a group of another shape
 */
export function dictToTensor(dict: Readonly<Record<string, Tensor>>, layout: Layout): Tensor {
  checkDict(dict, layout);
  return tidy(() => {
    const lead = dict[layout.groups[0].name].shape.slice(0, 2);
    return reshape(joinGroups(dict, layout), [...lead, layout.necessary.length]);
  });
}

/** The numbers of one group, taken from a representation that ends with one NaN. */
function groupOf(padded: Tensor, { shape, necessary, start }: StatisticGroup): Tensor {
  const [batch, channels, length] = padded.shape;
  const places = Array<number>(sizeOf(shape)).fill(length - 1);
  necessary.forEach((place, i) => {
    places[place] = start + i;
  });
  return reshape(gather(padded, places, -1), [batch, channels, ...shape]);
}

/**
 * The groups of a representation `[B, C, N]`, by name; NaN where a number is redundant.
 *
 * @throws {@link ShapeError} when it has not as many numbers as the layout
 */
export function tensorToDict(representation: Tensor, layout: Layout): StatisticDict {
  const expected = layout.scales.length;
  const [batch, channels, length] = representation.shape;
  if (representation.rank !== 3 || length !== expected) {
    throw new ShapeError(
      `representation tensor is the wrong length (expected ${expected} but got ${representation.shape.at(-1)})! Did you remove` +
        " some of the scales? (i.e., by setting scales in the forward pass)? convertToDict does not support such tensors.",
    );
  }
  return tidy(() => {
    const blank = withDevice(deviceOf(representation), () =>
      tensor(new Float32Array(batch * channels).fill(Number.NaN), [batch, channels, 1]),
    );
    const padded = concat([representation, blank], -1);
    const entries = layout.groups.map((group) => [group.name, groupOf(padded, group)] as const);
    return Object.fromEntries(entries) as StatisticDict;
  });
}
