export type { ComplexArray, PlotArray, RealArray } from "./arrays.js";
export type { Box } from "./box.js";
export type { Colormap, ColormapName, Rgb } from "./colormaps.js";
export { PlotError, PlotIndexError, PlotShapeError, PlotValueError } from "./errors.js";
export { Figure, type FigureText, type PngOptions, type SvgOptions } from "./figure.js";
export { type HistogramOptions, histogram } from "./histogram.js";
export { type ComplexParts, type ImshowOptions, imshow } from "./imshow.js";
export {
  type ArrayDictionary,
  type ModelPlotOptions,
  type PlotRepresentationOptions,
  type PlottingModel,
  plotRepresentation,
  type Representation,
} from "./plot-representation.js";
export {
  type PortillaSimoncelliPlotOptions,
  portillaSimoncelliRepresentation,
} from "./portilla-simoncelli.js";
export { type StemPlotOptions, stemPlot, type YLimits } from "./stem-plot.js";
export { type SynthesisLossOptions, synthesisLoss } from "./synthesis-loss.js";
export type { MadLosses, MetamerLosses, SynthesisArrays, SynthesisLosses } from "./synthesis-object.js";
export type { ThemeName } from "./theme.js";
export type { ValueRange } from "./vrange.js";
export { type PlotWarningHandler, setPlotWarningHandler } from "./warnings.js";
