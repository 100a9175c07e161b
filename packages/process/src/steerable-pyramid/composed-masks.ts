import { cropPlane, type Plane } from "./frequency-grid.js";
import { type HalfMasks, halfMasks, isZero, type NumberArray } from "./half-masks.js";
import type { CheckedMaskOptions } from "./mask-options.js";
import { steerableMasks } from "./masks.js";

/** The masks from an image to coefficients. */
export interface AnalysisMasks {
  readonly highpass: HalfMasks;
  /** For each scale `[orientations, height, width]`, whole planes. */
  readonly bands: readonly NumberArray[];
  readonly lowpass: HalfMasks;
}

/** The masks from coefficients to an image. */
export interface SynthesisMasks {
  readonly highpass: HalfMasks;
  /** For the real parts of a scale's coefficients, and for the imaginary ones where they add anything. */
  readonly bands: readonly { readonly real: HalfMasks; readonly imag?: HalfMasks }[];
  readonly lowpass: HalfMasks;
}

function product(a: Plane, b: Float64Array, factor = 1): Plane {
  return { ...a, values: a.values.map((value, k) => value * b[k] * factor) };
}

interface Composition {
  readonly highpass: Plane;
  /** For each scale one plane per orientation. */
  readonly bands: readonly (readonly Plane[])[];
  readonly lowpass: Plane;
}

/** Each mask with the low-pass ones in front of it; what is passed on to a coarser scale is multiplied by `passedOn`. */
function compose(
  { numScales, ...options }: CheckedMaskOptions,
  direction: "angles" | "anglesForReconstruction",
  passedOn: number,
): Composition {
  const [height, width] = options.imageShape;
  const masks = steerableMasks(options.imageShape, { ...options, height: numScales });
  let passed: Plane = { height, width, values: masks.lowpass0 };
  const bands = masks.levels.map((level) => {
    const high = product(passed, level.highpass);
    passed = product(cropPlane(passed, level.lowHeight, level.lowWidth), level.lowpass, passedOn);
    return level[direction].map((angle) => product(high, angle));
  });
  return { highpass: { height, width, values: masks.highpass }, bands, lowpass: passed };
}

/** Factor for coefficients of a plane's size: 1, or what makes the transforms of both sizes orthonormal. */
function sizeFactor({ imageShape }: CheckedMaskOptions, tightFrame: boolean) {
  const pixels = imageShape[0] * imageShape[1];
  return ({ height, width }: Plane) => (tightFrame ? Math.sqrt((height * width) / pixels) : 1);
}

/**
 * From an image to coefficients; bands are yet to be multiplied by (-i)ᵒ.
 *
 * Without downsampling, what reaches scale i is doubled i times, unless the frame is tight: the coefficients then have the size
 * that they have with downsampling. Transforms of a tight frame are orthonormal, and energy is shared between the two parts of
 * complex coefficients.
 */
export function analysisMasks(options: CheckedMaskOptions, tightFrame: boolean): AnalysisMasks {
  const { downsample, isComplex } = options;
  const { highpass, bands, lowpass } = compose(options, "angles", downsample || tightFrame ? 1 : 2);
  const factor = sizeFactor(options, tightFrame);
  const share = tightFrame && isComplex ? Math.SQRT1_2 : 1;
  const joined = (planes: readonly Plane[]): NumberArray => {
    const [{ height, width }] = planes;
    const scale = factor(planes[0]) * share;
    const values = new Float64Array(planes.length * height * width);
    planes.forEach((plane, k) => {
      values.set(
        plane.values.map((value) => value * scale),
        k * height * width,
      );
    });
    return { shape: [planes.length, height, width], values };
  };
  return {
    highpass: halfMasks([highpass], 0, factor(highpass)),
    bands: bands.map(joined),
    lowpass: halfMasks([lowpass], 0, factor(lowpass)),
  };
}

/**
 * From coefficients to an image: the real part of iᵒ · mask · spectrum, undoing the factors of {@link analysisMasks}. For images of
 * even sizes the imaginary parts of coefficients add nothing: the real parts determine them.
 */
export function synthesisMasks(options: CheckedMaskOptions, tightFrame: boolean): SynthesisMasks {
  const { order, downsample, isComplex } = options;
  const passedOn = downsample || tightFrame ? 1 : 0.5;
  const { highpass, bands, lowpass } = compose(options, "anglesForReconstruction", passedOn);
  const factor = sizeFactor(options, tightFrame);
  const share = tightFrame && isComplex ? Math.SQRT1_2 : 1;
  return {
    highpass: halfMasks([highpass], 0, 1 / factor(highpass)),
    bands: bands.map((planes) => {
      const scale = 1 / (factor(planes[0]) * share);
      const imag = isComplex ? halfMasks(planes, order + 1, scale) : undefined;
      return { real: halfMasks(planes, order, scale), imag: imag && isZero(imag) ? undefined : imag };
    }),
    lowpass: halfMasks([lowpass], 0, 1 / factor(lowpass)),
  };
}
