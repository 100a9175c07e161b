import type { Box } from "./box.js";
import { PlotValueError } from "./errors.js";
import { headingSize, makeHeading, withHeading } from "./picture.js";

/** A size that a panel must not exceed. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Something of a size that is left under a heading, together as large as asked. */
export function titled(title: string, size: Size, make: (rest: Size) => Box): Box {
  const heading = makeHeading(title, [], size.width);
  const rest = { width: size.width, height: size.height - headingSize(heading).height };
  return withHeading(make(rest), heading);
}

export function checkSize({ width, height }: Size): void {
  if (!(width >= 40 && height >= 40 && Number.isFinite(width * height))) {
    throw new PlotValueError(`width and height must be at least 40 pixels, but got ${width} and ${height}.`);
  }
}
