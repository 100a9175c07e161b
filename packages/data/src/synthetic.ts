import { invalidArgument, type Tensor, tensor } from "@plenoptic/tensor";

/** Side of a square, or [height, width]. */
export type ImageSize = number | readonly [height: number, width: number];

/** Row and column of the origin, counted from 1, as in the reference. */
export type Origin = number | readonly [row: number, column: number];

function sizeOf(size: ImageSize): [number, number] {
  const [height, width] = typeof size === "number" ? [size, size] : size;
  if (![height, width].every((n) => Number.isInteger(n) && n > 0)) {
    throw invalidArgument("size", size, "a whole number above 0 or [height, width]");
  }
  return [height, width];
}

/** A picture `[H, W]` from a function of the distances (y, x) to the origin. */
function fromOffsets(
  size: ImageSize,
  origin: Origin | undefined,
  f: (y: number, x: number) => number,
): Tensor {
  const [height, width] = sizeOf(size);
  const [row, column] =
    origin === undefined
      ? [(height + 1) / 2, (width + 1) / 2]
      : typeof origin === "number"
        ? [origin, origin]
        : origin;
  const values = Float64Array.from({ length: height * width }, (_, at) =>
    f(Math.floor(at / width) + 1 - row, (at % width) + 1 - column),
  );
  return tensor(values, [height, width]);
}

/** Options of {@link polarRadius}. */
export interface PolarRadiusOptions {
  /** Power of the distance. Default 1. */
  exponent?: number;
  /** Default: the middle. */
  origin?: Origin;
}

/**
 * Distance of each pixel to the origin, to the power `exponent`. With a power of 0 or less, the origin itself is 0.
 *
 * @returns `[H, W]`, pixels
 */
export function polarRadius(size: ImageSize, { exponent = 1, origin }: PolarRadiusOptions = {}): Tensor {
  return fromOffsets(size, origin, (y, x) => {
    const squared = x * x + y * y;
    return exponent <= 0 && squared === 0 ? 0 : squared ** (exponent / 2);
  });
}

/** Options of {@link polarAngle}. */
export interface PolarAngleOptions {
  /** Subtracted from the angle. Default 0. */
  phase?: number;
  /** Default: the middle. */
  origin?: Origin;
  /** Direction in which the angle grows, on a screen whose rows go down. Default "clockwise". */
  direction?: "clockwise" | "counter-clockwise";
}

/**
 * Angle of each pixel around the origin, in radians, in [-π, π), 0 to the right.
 *
 * @returns `[H, W]`
 */
export function polarAngle(
  size: ImageSize,
  { phase = 0, origin, direction = "clockwise" }: PolarAngleOptions = {},
): Tensor {
  if (direction !== "clockwise" && direction !== "counter-clockwise") {
    throw invalidArgument("direction", direction, '"clockwise" or "counter-clockwise"');
  }
  const [height] = sizeOf(size);
  const row = origin === undefined ? (height + 1) / 2 : typeof origin === "number" ? origin : origin[0];
  const full = 2 * Math.PI;
  return fromOffsets(size, origin, (y, x) => {
    // Counter-clockwise turns the rows over; around an origin off the middle that is not the same as a change of sign.
    const up = direction === "clockwise" ? y : height + 1 - 2 * row - y;
    const turned = Math.atan2(up, x) + Math.PI - phase;
    return turned - full * Math.floor(turned / full) - Math.PI;
  });
}
