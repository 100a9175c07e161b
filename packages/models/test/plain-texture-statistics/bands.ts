import { expand, modulatePhase } from "@plenoptic/process";
import {
  add,
  type ComplexPair,
  concat,
  div,
  equal,
  mean,
  sqrt,
  square,
  sub,
  type Tensor,
  tidy,
  where,
} from "@plenoptic/tensor";

/** |z|; its gradient where z is 0 is 0. */
export function magnitude({ real, imag }: ComplexPair): Tensor {
  return tidy(() => {
    const energy = add(square(real), square(imag));
    const isZero = equal(energy, 0);
    return where(isZero, 0, sqrt(where(isZero, 1, energy)));
  });
}

/** Images less their means. */
export function withoutMean(x: Tensor): Tensor {
  return tidy(() => sub(x, mean(x, [-2, -1], true)));
}

/** A coarser scale brought to the size and the phase of the scale below it. */
export interface DoubledPhase {
  /** Magnitudes less their means, `[B, C, O, h, w]`. */
  readonly magnitude: Tensor;
  /** Real parts of all orientations, then imaginary ones: `[B, C, 2 O, h, w]`. */
  readonly parts: Tensor;
}

/**
 * Bands enlarged twofold, with the phase of each coefficient doubled: a feature that is in phase across scales turns twice as
 * fast on the finer one. The factor ¼ makes up for the gain of the pyramid from scale to scale.
 *
 * @param band - coefficients of one scale, `[B, C, O, h, w]`
 */
export function doublePhase(band: ComplexPair): DoubledPhase {
  return tidy(() => {
    const large = expand(band, 2);
    const doubled = modulatePhase({ real: div(large.real, 4), imag: div(large.imag, 4) }, 2);
    return {
      magnitude: withoutMean(magnitude(doubled)),
      parts: concat([doubled.real, doubled.imag], 2),
    };
  });
}
