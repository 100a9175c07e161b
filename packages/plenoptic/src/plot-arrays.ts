import { type ComplexArray, type PlotArray, type RealArray, setPlotWarningHandler } from "@plenoptic/plot";
import { type ComplexPair, read, type Tensor, warn } from "@plenoptic/tensor";

/** A tensor, a complex pair of tensors, or plain numbers with a shape. */
export type Plottable = Tensor | ComplexPair | PlotArray;

export const isTensor = (value: unknown): value is Tensor =>
  typeof value === "object" && value !== null && "dataId" in value;

let forwards = false;

/** From now on warnings of figures go where all others go. Not done on import, which should have no effect. */
export function forwardWarnings(): void {
  if (forwards) return;
  forwards = true;
  setPlotWarningHandler((category, message) => warn(category, message));
}

/** The numbers of a tensor, from whichever device it is on. */
export async function realArray(value: Tensor | RealArray): Promise<RealArray> {
  forwardWarnings();
  return isTensor(value) ? { data: await read(value), shape: value.shape } : value;
}

/** Plain numbers for what figures are made of. */
export async function plotArray(value: Plottable): Promise<PlotArray> {
  if (isTensor(value) || !("real" in value)) return realArray(value);
  const [real, imag] = await Promise.all([realArray(value.real), realArray(value.imag)]);
  return { real, imag } satisfies ComplexArray;
}
