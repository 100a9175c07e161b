import {
  add,
  atan2,
  type ComplexPair,
  cos,
  equal,
  mul,
  rsqrt,
  sin,
  sqrt,
  square,
  sub,
  type Tensor,
  tidy,
  where,
} from "@plenoptic/tensor";
import { isComplex, shapeOf } from "../complex.js";
import { notComplex } from "./not-complex.js";

/** Squared modulus, where it is 0, and the squared modulus with 1 instead of 0: what can be divided by. */
export function squaredModulus({ real, imag }: ComplexPair): {
  squared: Tensor;
  isZero: Tensor;
  safe: Tensor;
} {
  const squared = add(square(real), square(imag));
  const isZero = equal(squared, 0);
  return { squared, isZero, safe: where(isZero, 1, squared) };
}

/** z² / |z|, of modulus |z| and twice the phase. */
function doublePhase(z: ComplexPair): ComplexPair {
  const { real, imag } = z;
  const inverse = rsqrt(squaredModulus(z).safe);
  return {
    real: mul(sub(square(real), square(imag)), inverse),
    imag: mul(mul(mul(real, imag), 2), inverse),
  };
}

/** Amplitude and phase of z; both 0, and without slope, where z is 0. */
export function amplitudeAndPhase(z: ComplexPair): { amplitude: Tensor; phase: Tensor } {
  const { isZero, safe } = squaredModulus(z);
  return {
    amplitude: where(isZero, 0, sqrt(safe)),
    phase: atan2(where(isZero, 0, z.imag), where(isZero, 1, z.real)),
  };
}

/**
 * Multiplies the phase of a complex signal and keeps its modulus: |z| · exp(i · φ · arg z). Twice the phase of a coefficient of a
 * complex pyramid can be compared with the phase at the next finer scale (Portilla & Simoncelli, 2000).
 *
 * For φ = 2 no angle is computed: the result is z² / |z|. Where z is 0, so are the result and its derivatives; |z|² must be a number
 * of the precision in hand, so that float32 takes moduli from 1e-19 to 1e19.
 *
 * @param z - real and imaginary parts of one shape
 * @param phaseFactor - φ, any number. Default 2.
 * @returns the same shape
 * @throws {@link DTypeError} when `z` is a real tensor; {@link ShapeError} when the parts differ in shape
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { modulatePhase } from "@plenoptic/process";
 * import { readSync, scalar } from "@plenoptic/tensor";
 * const { real, imag } = modulatePhase({ real: scalar(0), imag: scalar(3) });
 * console.log(readSync(real)[0], readSync(imag)[0]); // -3 0
 * ```
 */
export function modulatePhase(z: ComplexPair, phaseFactor = 2): ComplexPair {
  if (!isComplex(z)) throw notComplex("modulatePhase");
  shapeOf(z);
  return tidy(() => {
    if (phaseFactor === 2) return doublePhase(z);
    const { amplitude, phase } = amplitudeAndPhase(z);
    const angle = mul(phase, phaseFactor);
    return { real: mul(amplitude, cos(angle)), imag: mul(amplitude, sin(angle)) };
  });
}
