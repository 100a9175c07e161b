import type { PlotArray } from "./arrays.js";

/** Representations by name. */
export interface ArrayDictionary {
  readonly [name: string]: PlotArray;
}

/** What a model answers with: one array, or several by name. */
export type Representation = PlotArray | ArrayDictionary;
