import type { Metamer, Tensor } from "plenoptic";

/** Height and width of the texture. */
export const size: number;
export function wall(seed: number, side?: number): Tensor;
export function prepare(
  image: Tensor,
  options?: { seed?: number; reweighting?: Record<string, number>; initialImage?: Tensor },
): Metamer;
