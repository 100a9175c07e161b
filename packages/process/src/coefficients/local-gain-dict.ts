import type { Tensor } from "@plenoptic/tensor";
import { tidy } from "@plenoptic/tensor";
import type { RealOrComplex } from "../complex.js";
import { localGainControl, localGainRelease } from "../local-gain.js";
import { bandKeys, type CoefficientKey, entryOf, residualsOf } from "./coefficient-maps.js";
import type { EnergyAndState } from "./polar-dict.js";

/**
 * {@link localGainControl} for each band of a pyramid: norms become the energy, directions the state.
 *
 * @param coeffs - coefficients by scale; what begins with "residual" is no band
 * @param options - by name
 * @param options.residuals - whether `energy` gets the residuals too. Default true.
 * @returns `energy` and `state`, with the bands' keys in their order
 * @throws {@link ValidationError} when residuals are wanted and one is missing or complex
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { localGainControlDict, localGainReleaseDict, SteerablePyramidFreq } from "@plenoptic/process";
 * import { rand } from "@plenoptic/tensor";
 * const pyramid = new SteerablePyramidFreq([32, 32], { height: 2, order: 1 });
 * const { energy, state } = localGainControlDict(pyramid.forward(rand([1, 1, 32, 32])));
 * console.log(energy.get(0)?.shape); // [1, 1, 2, 16, 16]
 * console.log(localGainReleaseDict(energy, state).size); // 4
 * ```
 */
export function localGainControlDict<K extends CoefficientKey>(
  coeffs: ReadonlyMap<K, RealOrComplex>,
  { residuals = true }: { residuals?: boolean } = {},
): EnergyAndState<K, RealOrComplex> {
  return tidy(() => {
    const controlled = bandKeys(coeffs).map(
      (key) => [key, localGainControl(entryOf(coeffs, key, "coeffs"))] as const,
    );
    return {
      energy: new Map<K, Tensor>([
        ...controlled.map(([key, { norm }]): [K, Tensor] => [key, norm]),
        ...(residuals ? residualsOf(coeffs, "coeffs") : []),
      ]),
      state: new Map(controlled.map(([key, { direction }]) => [key, direction])),
    };
  });
}

/**
 * Undoes {@link localGainControlDict}.
 *
 * @param energy - norms by scale
 * @param state - directions by scale
 * @param options - by name
 * @param options.residuals - whether `energy` has the residuals too. Default true.
 * @returns bands and residuals, in the order of `energy`
 * @throws {@link ValidationError} when a band has no direction, or residuals are wanted and one is missing
 */
export function localGainReleaseDict<K extends CoefficientKey>(
  energy: ReadonlyMap<K, Tensor>,
  state: ReadonlyMap<K, RealOrComplex>,
  { residuals = true }: { residuals?: boolean } = {},
): Map<K, RealOrComplex> {
  return tidy(() => {
    const coeffs = new Map<K, RealOrComplex>();
    for (const key of bandKeys(energy)) {
      const norm = entryOf(energy, key, "energy");
      coeffs.set(key, localGainRelease(norm, entryOf(state, key, "state")));
    }
    if (residuals) for (const [key, residual] of residualsOf(energy, "energy")) coeffs.set(key, residual);
    return coeffs;
  });
}
