import type { Settings } from "./settings/settings.js";

/** How many pixels something has. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A part of a picture, in its pixels. */
export interface Region extends Size {
  readonly left: number;
  readonly top: number;
}

/** As the library's `crop` has it. */
const middle = (whole: number, part: number) => Math.max(0, Math.floor(whole / 2) - Math.floor(part / 2));

/** The part of a picture that settings use: all of it, or a square, from the middle unless they say where. */
export function usedRegion({ crop, left, top }: Pick<Settings, "crop" | "left" | "top">, of: Size): Region {
  if (crop === undefined) return { left: 0, top: 0, width: of.width, height: of.height };
  return {
    left: left ?? middle(of.width, crop),
    top: top ?? middle(of.height, crop),
    width: crop,
    height: crop,
  };
}

/** A square's side, and where it is; undefined is the middle, as in the settings. */
export interface Square {
  readonly crop: number;
  readonly left: number | undefined;
  readonly top: number | undefined;
}

/** Sides that are dragged to are multiples of this, which the texture model needs with its four scales. */
export const sideStep = 16;

const clamp = (value: number, most: number) => Math.min(Math.max(0, value), Math.max(0, most));

/** The square with its corner as near to a place as the picture allows. */
export function moveTo({ crop }: Square, left: number, top: number, of: Size): Square {
  return {
    crop,
    left: clamp(Math.round(left), of.width - crop),
    top: clamp(Math.round(top), of.height - crop),
  };
}

/** The square with another side, a multiple of {@link sideStep} where one fits; its middle or its corner stays. */
export function resizeTo(square: Square, side: number, of: Size): Square {
  const { left, top } = usedRegion(square, of);
  const most = Math.min(
    square.left === undefined ? of.width : of.width - left,
    square.top === undefined ? of.height : of.height - top,
  );
  const steps = Math.min(Math.max(1, Math.round(side / sideStep)), Math.floor(most / sideStep));
  return { ...square, crop: steps > 0 ? steps * sideStep : most };
}
