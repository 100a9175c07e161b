import { cropPlane, type Plane } from "./frequency-grid.js";
import type { CheckedMaskOptions } from "./mask-options.js";
import { type SteerableMasks, steerableMasks } from "./masks.js";

/**
 * Real masks on half a spectrum, `[count, height, ⌊width/2⌋ + 1]`, which are multiplied by i where `imaginary`.
 *
 * The real part of the inverse transform of M·Z, with Z the spectrum of a real image, is the inverse transform of H·Z, with
 * H(f) = ½ (M(f) + conj M(-f)). Its spectrum is determined by half of its columns: no transform need be complex. If M is a real
 * number times a real mask, H is the even part of the mask; if M is imaginary, it is the odd part.
 */
export interface HalfMasks {
  readonly imaginary: boolean;
  readonly count: number;
  readonly height: number;
  /** Columns of the half spectrum. */
  readonly columns: number;
  readonly values: Float64Array;
}

/** The masks of a scale's bands: what gives (or is given) their real parts, and their imaginary parts. */
export interface BandMasks {
  readonly height: number;
  readonly width: number;
  readonly real: HalfMasks;
  readonly imag?: HalfMasks;
}

/** All masks of one direction, the lowpass ones multiplied into those behind them. */
export interface PyramidMasks {
  readonly highpass: HalfMasks;
  readonly bands: readonly BandMasks[];
  readonly lowpass: HalfMasks & { readonly width: number };
}

/** A power of i times a real factor. */
interface Factor {
  readonly quarterTurns: number;
  readonly scale: number;
}

/** H of the masks (factor · plane), for each of the planes. */
function halfMasks(planes: readonly Plane[], { quarterTurns, scale }: Factor): HalfMasks {
  const { height, width } = planes[0];
  const columns = Math.floor(width / 2) + 1;
  const turns = ((quarterTurns % 4) + 4) % 4;
  const imaginary = turns % 2 === 1;
  const half = (turns < 2 ? scale : -scale) / 2;
  const values = new Float64Array(planes.length * height * columns);
  let at = 0;
  for (const { values: plane } of planes) {
    for (let row = 0; row < height; row++) {
      const mirrorRow = (height - row) % height;
      for (let column = 0; column < columns; column++) {
        const here = plane[row * width + column];
        const mirror = plane[mirrorRow * width + ((width - column) % width)];
        values[at++] = half * (imaginary ? here - mirror : here + mirror);
      }
    }
  }
  return { imaginary, count: planes.length, height, columns, values };
}

/** Masks that only rounding keeps from being 0: no transform is done for them. */
const isZero = ({ values }: HalfMasks) => values.every((value) => Math.abs(value) < 1e-12);

function product(a: Plane, b: Float64Array, factor = 1): Plane {
  return { ...a, values: a.values.map((value, k) => value * b[k] * factor) };
}

/** In which direction coefficients go, and what differs between the two. */
interface Direction {
  readonly angles: "angles" | "anglesForReconstruction";
  /** Power of i in front of the angular masks, and that for the imaginary parts. */
  readonly real: number;
  readonly imag: number;
  /** Factor of what is passed on to each coarser scale. */
  readonly passedOn: number;
  /** Factor for coefficients of a size. */
  scale(height: number, width: number): number;
  readonly bandScale: number;
}

function compose(masks: SteerableMasks, isComplex: boolean, shape: readonly number[], to: Direction) {
  const [height, width] = shape;
  const even = (plane: Plane): HalfMasks =>
    halfMasks([plane], { quarterTurns: 0, scale: to.scale(plane.height, plane.width) });
  let passed: Plane = { height, width, values: masks.lowpass0 };
  const bands = masks.levels.map((level): BandMasks => {
    const high = product(passed, level.highpass);
    const planes = level[to.angles].map((angle) => product(high, angle));
    const scale = to.scale(level.height, level.width) * to.bandScale;
    const real = halfMasks(planes, { quarterTurns: to.real, scale });
    const imag = isComplex ? halfMasks(planes, { quarterTurns: to.imag, scale }) : undefined;
    passed = product(cropPlane(passed, level.lowHeight, level.lowWidth), level.lowpass, to.passedOn);
    return { height: level.height, width: level.width, real, imag: imag && isZero(imag) ? undefined : imag };
  });
  const highpass = even({ height, width, values: masks.highpass });
  return { highpass, bands, lowpass: { ...even(passed), width: passed.width } };
}

/**
 * From an image to coefficients: bands are (-i)ᵒ · mask · spectrum. The imaginary part of z is the real part of -i z.
 *
 * Without downsampling, what reaches scale i is doubled i times, unless the frame is tight: the coefficients then have the size
 * that they have with downsampling. Transforms of a tight frame are orthonormal, and energy is shared between the two parts of
 * complex coefficients.
 */
export function analysisMasks(options: CheckedMaskOptions, tightFrame: boolean): PyramidMasks {
  const { imageShape, order, isComplex, downsample, numScales } = options;
  const pixels = imageShape[0] * imageShape[1];
  return compose(steerableMasks(imageShape, { ...options, height: numScales }), isComplex, imageShape, {
    angles: "angles",
    real: -order,
    imag: -order - 1,
    passedOn: downsample || tightFrame ? 1 : 2,
    scale: (height, width) => (tightFrame ? Math.sqrt((height * width) / pixels) : 1),
    bandScale: tightFrame && isComplex ? Math.SQRT1_2 : 1,
  });
}

/**
 * From coefficients to an image: the real part of iᵒ · mask · spectrum, undoing the factors of {@link analysisMasks}. For images
 * of even sizes the imaginary parts of coefficients add nothing: they are what the real parts leave no doubt about.
 */
export function synthesisMasks(options: CheckedMaskOptions, tightFrame: boolean): PyramidMasks {
  const { imageShape, order, isComplex, downsample, numScales } = options;
  const pixels = imageShape[0] * imageShape[1];
  return compose(steerableMasks(imageShape, { ...options, height: numScales }), isComplex, imageShape, {
    angles: "anglesForReconstruction",
    real: order,
    imag: order + 1,
    passedOn: downsample || tightFrame ? 1 : 0.5,
    scale: (height, width) => (tightFrame ? Math.sqrt(pixels / (height * width)) : 1),
    bandScale: tightFrame && isComplex ? Math.SQRT2 : 1,
  });
}
