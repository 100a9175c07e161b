export { type AnimshowOptions, animshow } from "./animshow.js";
export type { ComplexArray, PlotArray, RealArray } from "./arrays.js";
export type { Box } from "./box.js";
export type { Colormap, ColormapName, Rgb } from "./colormaps.js";
export { PlotError, PlotIndexError, PlotShapeError, PlotStateError, PlotValueError } from "./errors.js";
export { Figure, type FigureText, type PngOptions, type SvgOptions } from "./figure.js";
export {
  Film,
  type FilmHtmlOptions,
  type FilmProgress,
  type FilmSource,
  type WriteFilmOptions,
} from "./film.js";
export { type HistogramOptions, histogram } from "./histogram.js";
export { type ComplexParts, type ImshowOptions, imshow } from "./imshow.js";
export { type MountedFigure, type MountedFilm, mountFigure, mountFilm } from "./mount.js";
export {
  type ModelPlotOptions,
  type PlotRepresentationOptions,
  type PlottingModel,
  plotRepresentation,
} from "./plot-representation.js";
export {
  type PortillaSimoncelliPlotOptions,
  portillaSimoncelliRepresentation,
} from "./portilla-simoncelli.js";
export { type PyramidArrays, type PyrshowOptions, pyrshow } from "./pyrshow.js";
export type { ArrayDictionary, Representation } from "./representation.js";
export { metamerRepresentationError, type RepresentationErrorOptions } from "./representation-error.js";
export { type StemPlotOptions, stemPlot, type YLimits } from "./stem-plot.js";
export { type SynthesisAnimateOptions, synthesisAnimate } from "./synthesis-animate.js";
export {
  type SynthesisHistogramOptions,
  type SynthesisImshowOptions,
  synthesisHistogram,
  synthesisImshow,
} from "./synthesis-images.js";
export { type SynthesisLossOptions, synthesisLoss } from "./synthesis-loss.js";
export type {
  EigendistortionArrays,
  MadArrays,
  MadLosses,
  MetamerArrays,
  MetamerLosses,
  SynthesisArrays,
  SynthesisLosses,
} from "./synthesis-object.js";
export { type StatusPlot, type SynthesisStatusOptions, synthesisStatus } from "./synthesis-status.js";
export { type TerminalPictureOptions, type TerminalProtocol, terminalPicture } from "./terminal.js";
export type { ThemeName } from "./theme.js";
export type { ValueRange } from "./vrange.js";
export { type PlotWarningHandler, setPlotWarningHandler } from "./warnings.js";
