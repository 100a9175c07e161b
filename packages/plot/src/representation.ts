import type { PlotArray } from "./arrays.js";

/** Representations by name. */
export interface ArrayDictionary {
  readonly [name: string]: PlotArray;
}

/** What a model answers with: one array, or several by name. */
export type Representation = PlotArray | ArrayDictionary;

/** Whether a representation is one array, not several by name. */
export const isOneArray = (data: Representation): data is PlotArray =>
  "shape" in data || ("real" in data && "imag" in data);
