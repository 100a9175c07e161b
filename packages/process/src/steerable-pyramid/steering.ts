import {
  type ComplexPair,
  deviceOf,
  einsum,
  invalidArgument,
  scalarMath,
  type Tensor,
  tensor,
  tidy,
  ValidationError,
  withDevice,
} from "@plenoptic/tensor";
import { isComplex } from "../complex.js";
import type { PyramidCoefficients } from "./types.js";

/**
 * The weights by which N basis filters at the angles πn / N make the filter at another angle a. Derivatives of order N - 1 have
 * the angular harmonics h = N - 1, N - 3, … ≥ 0, so the weights are the trigonometric interpolation
 * w_n(a) = Σ_h c_h cos(h (a - πn / N)), c_0 = 1 / N, c_h = 2 / N (Simoncelli & Freeman, 1995); with sines instead of cosines where
 * the basis is in sine phase about its angles, w_n(a) = -Σ_h c_h sin(h (a - πn / N)), h = 0 staying as it is.
 */
export function steeringWeights(angle: number, count: number, evenPhase: boolean): number[] {
  const weights = Array<number>(count).fill(0);
  for (let harmonic = 1 - (count % 2); harmonic < count; harmonic += 2) {
    const [cos, sin] = scalarMath.cosSin(harmonic * angle);
    for (let n = 0; n < count; n++) {
      const [basisCos, basisSin] = scalarMath.rootOfUnity(harmonic * n, 2 * count);
      if (harmonic === 0) weights[n] += 1 / count;
      else if (evenPhase) weights[n] += (2 / count) * (cos * basisCos + sin * basisSin);
      else weights[n] += (2 / count) * (cos * basisSin - sin * basisCos);
    }
  }
  return weights;
}

function checkAngles(angles: readonly number[]): void {
  if (!Array.isArray(angles) || angles.length === 0 || !angles.every((a) => Math.abs(a) < 1e5)) {
    throw invalidArgument("angles", angles, "a list of at least one angle in radians, each below 100,000");
  }
}

/** What `steerCoeffs` gives: for each scale the steered bands, and `[orientations, angles]` weights. */
export interface SteeredCoefficients {
  /** `[B, C, angles, h, w]` for each scale. */
  readonly resteeredCoeffs: Map<number, Tensor>;
  /** `[orientations, angles]` for each scale. */
  readonly resteeringWeights: Map<number, Tensor>;
}

/** The bands of real coefficients at other angles. */
export function steer(
  coefficients: PyramidCoefficients,
  angles: readonly number[],
  evenPhase: boolean,
): SteeredCoefficients {
  checkAngles(angles);
  const resteeredCoeffs = new Map<number, Tensor>();
  const resteeringWeights = new Map<number, Tensor>();
  for (const [scale, bands] of coefficients) {
    if (typeof scale === "string") continue;
    const { weights, steered } = steerScale(bands, angles, evenPhase);
    resteeringWeights.set(scale, weights);
    resteeredCoeffs.set(scale, steered);
  }
  return { resteeredCoeffs, resteeringWeights };
}

function steerScale(bands: Tensor | ComplexPair, angles: readonly number[], evenPhase: boolean) {
  if (isComplex(bands)) {
    throw new ValidationError("steering only implemented for real coefficients, but these are complex.", {
      argument: "coefficients",
    });
  }
  return tidy(() => {
    const count = bands.shape[2];
    const columns = angles.map((angle) => steeringWeights(angle, count, evenPhase));
    const rows = Array.from({ length: count }, (_, n) => columns.map((column) => column[n]));
    const weights = withDevice(deviceOf(bands), () => tensor(rows));
    return { weights, steered: einsum("bcohw,oa->bcahw", bands, weights) };
  });
}
