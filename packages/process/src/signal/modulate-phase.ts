import {
  type ComplexPair,
  cos,
  DTypeError,
  equal,
  mul,
  rsqrt,
  sin,
  square,
  sub,
  tidy,
  where,
} from "@plenoptic/tensor";
import { isComplex, shapeOf } from "../complex.js";
import { polarOf, squaredModulus } from "./polar.js";

/** z² / |z|, of modulus |z| and twice the phase; 0 where z is 0. */
function doublePhase(z: ComplexPair): ComplexPair {
  const { real, imag } = z;
  const squared = squaredModulus(z);
  const inverse = rsqrt(where(equal(squared, 0), 1, squared));
  return {
    real: mul(sub(square(real), square(imag)), inverse),
    imag: mul(mul(mul(real, imag), 2), inverse),
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
  if (!isComplex(z)) {
    throw new DTypeError(
      "modulatePhase() needs a complex tensor, { real, imag }, but got a real one. Give it an imaginary part: { real: x, imag: zerosLike(x) }.",
    );
  }
  shapeOf(z);
  return tidy(() => {
    if (phaseFactor === 2) return doublePhase(z);
    const { amplitude, phase } = polarOf(z);
    const angle = mul(phase, phaseFactor);
    return { real: mul(amplitude, cos(angle)), imag: mul(amplitude, sin(angle)) };
  });
}
