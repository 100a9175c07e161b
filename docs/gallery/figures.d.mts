import type { Metamer, plot } from "plenoptic";

/** The figures of the gallery by name, its film, and the metamer that some of them show. */
export function gallery(): Promise<{
  figures: Record<string, plot.Figure>;
  film: plot.Film;
  metamer: Metamer;
}>;
