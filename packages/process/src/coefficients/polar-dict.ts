import { type ComplexPair, type Tensor, tidy } from "@plenoptic/tensor";
import type { RealOrComplex } from "../complex.js";
import { polarToRectangular, rectangularToPolar } from "../signal/polar.js";
import { bandKeys, type CoefficientKey, entryOf, residualsOf } from "./coefficient-maps.js";

/** Coefficients in two parts, by scale. */
export interface EnergyAndState<K extends CoefficientKey = CoefficientKey, S = Tensor> {
  /** How large coefficients are (and the residuals, where they are wanted). */
  energy: Map<K, Tensor>;
  /** What is left when their size is taken away. */
  state: Map<K, S>;
}

/**
 * {@link rectangularToPolar} for each band of a pyramid: amplitudes become the energy, phases the state.
 *
 * @param coeffs - coefficients by scale; what begins with "residual" is no band
 * @param options - by name
 * @param options.residuals - whether `energy` gets the residuals too. Default false.
 * @returns `energy` and `state`, with the bands' keys in their order
 * @throws {@link ValidationError} when residuals are wanted and one is missing or complex
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { rectangularToPolarDict, SteerablePyramidFreq } from "@plenoptic/process";
 * import { rand } from "@plenoptic/tensor";
 * const pyramid = new SteerablePyramidFreq([32, 32], { height: 2, order: 1, isComplex: true });
 * const { energy, state } = rectangularToPolarDict(pyramid.forward(rand([1, 1, 32, 32])), { residuals: true });
 * console.log([...energy.keys()], [...state.keys()]); // 0, 1, residual_lowpass, residual_highpass and 0, 1
 * ```
 */
export function rectangularToPolarDict<K extends CoefficientKey>(
  coeffs: ReadonlyMap<K, RealOrComplex>,
  { residuals = false }: { residuals?: boolean } = {},
): EnergyAndState<K> {
  return tidy(() => {
    const polar = bandKeys(coeffs).map(
      (key) => [key, rectangularToPolar(entryOf(coeffs, key, "coeffs"))] as const,
    );
    return {
      energy: new Map<K, Tensor>([
        ...polar.map(([key, { amplitude }]): [K, Tensor] => [key, amplitude]),
        ...(residuals ? residualsOf(coeffs, "coeffs") : []),
      ]),
      state: new Map(polar.map(([key, { phase }]) => [key, phase])),
    };
  });
}

/**
 * Undoes {@link rectangularToPolarDict}. The residuals come along if `energy` has a "residual_lowpass".
 *
 * @param energy - amplitudes by scale
 * @param state - phases by scale, radians
 * @returns complex bands and real residuals, in the order of `energy`
 * @throws {@link ValidationError} when a band has no phase, an amplitude is negative, or one residual of two is missing
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { polarToRectangularDict } from "@plenoptic/process";
 * import { ones, zeros } from "@plenoptic/tensor";
 * const coefficients = polarToRectangularDict(new Map([[0, ones([2])]]), new Map([[0, zeros([2])]]));
 * console.log([...coefficients.keys()]); // 0
 * ```
 */
export function polarToRectangularDict<K extends CoefficientKey>(
  energy: ReadonlyMap<K, Tensor>,
  state: ReadonlyMap<K, Tensor>,
): Map<K, Tensor | ComplexPair> {
  return tidy(() => {
    const coeffs = new Map<K, Tensor | ComplexPair>();
    for (const key of bandKeys(energy)) {
      const amplitude = entryOf(energy, key, "energy");
      coeffs.set(key, polarToRectangular(amplitude, entryOf(state, key, "state")));
    }
    if (!energy.has("residual_lowpass" as K)) return coeffs;
    for (const [key, residual] of residualsOf(energy, "energy")) coeffs.set(key, residual);
    return coeffs;
  });
}
