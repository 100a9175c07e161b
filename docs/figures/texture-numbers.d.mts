import type { plot } from "plenoptic";

type Errors = Record<string, number>;

export const groups: readonly string[];
export function lossFigure(numbers: { losses: number[]; penalties: number[] }): Promise<plot.Figure>;
export function errorTable(numbers: {
  errors: Record<string, Errors>;
  errorsOfSeed1: Errors;
  errorsOfAnotherPiece: Errors;
}): string;
