import { sameFilter, scaleFilters } from "@plenoptic/process";
import { add, div, sqrt, square, type Tensor, tidy } from "@plenoptic/tensor";
import type { CenterSurround } from "./center-surround.js";
import type { Gaussian } from "./gaussian.js";

/** A filter whose output divides, and its factor in each channel. */
export interface GainControlStage {
  readonly filter: Gaussian;
  readonly scalars: readonly number[];
}

/** What keeps the contrast above 0. */
const epsilon = 1e-6;

/**
 * The response D ∗ x divided by the luminance, n = D ∗ x / (1 + a · (G ∗ x)), and, where there is a second stage, by the
 * contrast, n / (1 + b · c) with c = √(H ∗ n²) + ε.
 *
 * The factors work inside the taps, where they cost nothing: with D' = D / (1 + b ε) and n' = D' ∗ x / (1 + (a G) ∗ x),
 * n / (1 + b ε + b √(H ∗ n²)) = n' / (1 + √((b² H) ∗ n'²)).
 */
export function gainControl(
  linear: CenterSurround,
  luminance: GainControlStage,
  contrast?: GainControlStage,
): (x: Tensor) => Tensor {
  const { padMode } = linear;
  const scaledLuminance = scaleFilters(luminance.filter.filters, luminance.scalars);
  const overLuminance = (x: Tensor, filters: CenterSurround["filters"]) =>
    div(sameFilter(x, filters, padMode), add(sameFilter(x, scaledLuminance, padMode), 1));
  if (!contrast) return (x) => tidy(() => overLuminance(x, linear.filters));

  const b = contrast.scalars;
  const scaledLinear = scaleFilters(
    linear.filters,
    b.map((value) => 1 / (1 + value * epsilon)),
  );
  // Above 0 also for b = 0, where the slope of the square root would be infinite; 10⁻¹⁵ √… adds nothing to 1.
  const squares = b.map((value) => Math.max(value * value, 1e-30));
  const depthwise = contrast.filter.filters.map(({ terms }, channel) => ({ channel, terms }));
  const scaledContrast = scaleFilters(depthwise, squares);
  return (x) =>
    tidy(() => {
      const normed = overLuminance(x, scaledLinear);
      return div(normed, add(sqrt(sameFilter(square(normed), scaledContrast, padMode)), 1));
    });
}
