import {
  abs,
  add,
  any,
  atan2,
  type ComplexPair,
  canReadAtOnce,
  cast,
  cos,
  deviceOf,
  equal,
  full,
  isNaN as isNotANumber,
  less,
  mul,
  readSync,
  sin,
  sqrt,
  square,
  type Tensor,
  tidy,
  ValidationError,
  where,
  withDevice,
} from "@plenoptic/tensor";
import { isComplex, type RealOrComplex, shapeOf } from "../complex.js";

/** Modulus and angle of a complex tensor: z = amplitude · exp(i · phase). */
export interface Polar {
  /** At least 0. */
  amplitude: Tensor;
  /** Radians, in [-π, π]. */
  phase: Tensor;
}

/** |z|². */
export function squaredModulus({ real, imag }: ComplexPair): Tensor {
  return add(square(real), square(imag));
}

/** Amplitude and phase of z; both 0, and without slope, where |z|² is 0. */
export function polarOf(z: ComplexPair): Polar {
  const squared = squaredModulus(z);
  const isZero = equal(squared, 0);
  return {
    amplitude: where(isZero, 0, sqrt(where(isZero, 1, squared))),
    phase: atan2(where(isZero, 0, z.imag), where(isZero, 1, z.real)),
  };
}

/** The phase of real numbers: 0, or π of negative ones. */
function phaseOfReal(x: Tensor): Tensor {
  const halfTurn = withDevice(deviceOf(x), () => full([], Math.PI));
  return where(isNotANumber(x), x, where(less(x, 0), halfTurn, 0));
}

/**
 * Modulus and phase of complex numbers, |z| and arg z. Where z is 0 both are 0, and so are their derivatives.
 *
 * @param z - real and imaginary parts of one shape; a real tensor has the phases 0 and π
 * @returns `amplitude` and `phase` (radians), each of the shape of `z`
 * @throws {@link ShapeError} when the parts differ in shape
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { rectangularToPolar } from "@plenoptic/process";
 * import { readSync, tensor } from "@plenoptic/tensor";
 * const { amplitude, phase } = rectangularToPolar({ real: tensor([1, 0]), imag: tensor([1, -2]) });
 * console.log(readSync(amplitude), readSync(phase)); // 1.414 2, 0.785 -1.571
 * ```
 */
export function rectangularToPolar(z: RealOrComplex): Polar {
  shapeOf(z);
  return tidy(() => (isComplex(z) ? polarOf(z) : { amplitude: abs(z), phase: phaseOfReal(z) }));
}

/** Throws for negative amplitudes, on devices whose values can be read at once. */
function checkAmplitude(amplitude: Tensor): void {
  if (!canReadAtOnce(deviceOf(amplitude))) return;
  const isNegative = tidy(() => readSync(cast(any(less(amplitude, 0)), "float32"))[0]);
  if (isNegative) {
    throw new ValidationError("Amplitudes must be non-negative. Turn the phase by π where they are not.", {
      argument: "amplitude",
    });
  }
}

/**
 * Complex numbers of given modulus and phase: amplitude · (cos phase + i sin phase).
 *
 * @param amplitude - at least 0
 * @param phase - radians; broadcasts with the amplitude
 * @returns real and imaginary parts
 * @throws {@link ValidationError} when an amplitude is negative. Where values can only be awaited (`webgpu`) this is not checked.
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { polarToRectangular } from "@plenoptic/process";
 * import { readSync, tensor } from "@plenoptic/tensor";
 * const { real, imag } = polarToRectangular(tensor([2]), tensor([Math.PI / 2]));
 * console.log(readSync(real), readSync(imag)); // 0 (to rounding), 2
 * ```
 */
export function polarToRectangular(amplitude: Tensor, phase: Tensor): ComplexPair {
  checkAmplitude(amplitude);
  return tidy(() => ({ real: mul(amplitude, cos(phase)), imag: mul(amplitude, sin(phase)) }));
}
