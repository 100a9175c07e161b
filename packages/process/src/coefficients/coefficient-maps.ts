import type { Tensor } from "@plenoptic/tensor";
import { clone, invalidArgument, tidy, ValidationError } from "@plenoptic/tensor";
import { isComplex, type RealOrComplex } from "../complex.js";

/** Where coefficients stand in a dictionary: bands under numbers or names, residuals under names that begin with "residual". */
export type CoefficientKey = number | string;

const residualKeys = ["residual_lowpass", "residual_highpass"] as const;

/** Keys of the bands, in their order: all that do not begin with "residual". */
export function bandKeys<K extends CoefficientKey>(map: ReadonlyMap<K, unknown>): K[] {
  return [...map.keys()].filter((key) => !String(key).startsWith("residual"));
}

/** What stands under a key; an error that lists the keys when nothing does. */
export function entryOf<K extends CoefficientKey, V>(map: ReadonlyMap<K, V>, key: K, name: string): V {
  const value = map.get(key);
  if (value === undefined) {
    throw new ValidationError(
      `${name} has no "${key}", only ${[...map.keys()].join(", ") || "nothing at all"}.`,
      { argument: name },
    );
  }
  return value;
}

/** The two residuals, low before high as the reference has them, as further handles: each dictionary can be freed by itself. */
export function residualsOf<K extends CoefficientKey>(
  map: ReadonlyMap<K, RealOrComplex>,
  name: string,
): [key: K, residual: Tensor][] {
  const found = residualKeys.map((key) => [key as K, entryOf(map, key as K, name)] as const);
  return tidy(() =>
    found.map(([key, residual]): [K, Tensor] => {
      if (isComplex(residual))
        throw invalidArgument(`${key} of ${name}`, "a complex tensor", "a real tensor");
      return [key, clone(residual)];
    }),
  );
}
