import {
  type AnimshowOptions,
  type ArrayDictionary,
  type Figure,
  type Film,
  type HistogramOptions,
  type ImshowOptions,
  type PlotRepresentationOptions,
  type PortillaSimoncelliPlotOptions,
  type PyrshowOptions,
  animshow as plotAnimshow,
  histogram as plotHistogram,
  imshow as plotImshow,
  portillaSimoncelliRepresentation as plotPortillaSimoncelli,
  pyrshow as plotPyrshow,
  plotRepresentation as plotRepresentationOfArrays,
  stemPlot as plotStems,
  type RealArray,
  type Representation,
  type StemPlotOptions,
} from "@plenoptic/plot";
import { type ComplexPair, deviceOf, type Tensor, withDevice } from "@plenoptic/tensor";
import { isTensor, type Plottable, plotArray, realArray } from "./plot-arrays.js";

export {
  type AnimshowOptions,
  type Colormap,
  type ComplexParts,
  Figure,
  Film,
  type FilmHtmlOptions,
  type FilmProgress,
  type HistogramOptions,
  type ImshowOptions,
  type MountedFigure,
  type MountedFilm,
  mountFigure,
  mountFilm,
  type PlotArray,
  PlotError,
  type PlotRepresentationOptions,
  type PortillaSimoncelliPlotOptions,
  type PyrshowOptions,
  type RepresentationErrorOptions,
  type StemPlotOptions,
  type SynthesisAnimateOptions,
  type SynthesisArrays,
  type SynthesisHistogramOptions,
  type SynthesisImshowOptions,
  type SynthesisLossOptions,
  type SynthesisStatusOptions,
  type ValueRange,
  type WriteFilmOptions,
} from "@plenoptic/plot";
export {
  metamerRepresentationError,
  type Synthesized,
  synthesisAnimate,
  synthesisHistogram,
  synthesisImshow,
  synthesisLoss,
  synthesisStatus,
} from "./plot-synthesis.js";
export type { Plottable };

/** Tensors or plain numbers by name, in an object or a map. */
export type PlottableDictionary = { readonly [name: string]: Plottable } | ReadonlyMap<string, Plottable>;

const isOne = (value: Plottable | PlottableDictionary): value is Plottable =>
  isTensor(value) || "shape" in value || ("real" in value && "imag" in value);

async function dictionary(data: PlottableDictionary): Promise<ArrayDictionary> {
  const entries = data instanceof Map ? [...data] : Object.entries(data as { [name: string]: Plottable });
  const read = await Promise.all(
    entries.map(async ([name, value]) => [name, await plotArray(value)] as const),
  );
  return Object.fromEntries(read);
}

/**
 * `imshow` of `@plenoptic/plot`, for tensors, complex pairs of tensors and plain numbers.
 *
 * @example
 * ```ts
 * import { plot, rand } from "plenoptic";
 * const figure = await plot.imshow(rand([2, 1, 16, 16]), { title: ["one", "two"], zoom: 8 });
 * console.log((await figure.toPNG()).length > 1000); // true
 * ```
 */
export async function imshow(
  image: Plottable | readonly Plottable[],
  options?: ImshowOptions,
): Promise<Figure> {
  const images = (Array.isArray(image) ? image : [image]) as readonly Plottable[];
  return plotImshow(await Promise.all(images.map(plotArray)), options);
}

/**
 * `animshow` of `@plenoptic/plot`, for videos `[batch, channel, time, height, width]`.
 *
 * @example
 * ```ts
 * import { plot, rand } from "plenoptic";
 * const film = await plot.animshow(rand([1, 1, 5, 16, 16]), { zoom: 8, framerate: 10 });
 * console.log(film.frameCount, (await film.toAPNG()).length > 1000); // 5 true
 * ```
 */
export async function animshow(
  video: Plottable | readonly Plottable[],
  options?: AnimshowOptions,
): Promise<Film> {
  const videos = (Array.isArray(video) ? video : [video]) as readonly Plottable[];
  return plotAnimshow(await Promise.all(videos.map(plotArray)), options);
}

/** `histogram` of `@plenoptic/plot`, for tensors and plain numbers. */
export async function histogram(
  data: Tensor | RealArray | readonly (Tensor | RealArray)[],
  options?: HistogramOptions,
): Promise<Figure> {
  const arrays = (Array.isArray(data) ? data : [data]) as readonly (Tensor | RealArray)[];
  return plotHistogram(await Promise.all(arrays.map(realArray)), options);
}

/** `stemPlot` of `@plenoptic/plot`, for tensors and plain numbers. */
export async function stemPlot(
  data: Tensor | RealArray | ArrayLike<number>,
  options?: StemPlotOptions,
): Promise<Figure> {
  return plotStems(isTensor(data) ? await realArray(data) : data, options);
}

/** A model whose representation is made of statistics with names, such as that of Portilla and Simoncelli. */
interface NamingModel {
  convertToDict(representation: Tensor): PlottableDictionary;
}

const isNaming = (model: unknown): model is NamingModel =>
  typeof (model as NamingModel | undefined)?.convertToDict === "function";

/**
 * `plotRepresentation` of `@plenoptic/plot`, for tensors. A model with a method `plotRepresentation(data, options)` draws
 * itself, from plain numbers; of one with `convertToDict` the statistics are drawn by name, those of Portilla and
 * Simoncelli by group.
 *
 * @example
 * ```ts
 * import { models, plot, rand } from "plenoptic";
 * const model = new models.Gaussian(5);
 * const figure = await plot.plotRepresentation(model.forward(rand([1, 1, 32, 32])), { model });
 * console.log(figure.description.includes("32 by 32 pixels")); // true
 * ```
 */
export async function plotRepresentation(
  data: Plottable | PlottableDictionary,
  options: PlotRepresentationOptions = {},
): Promise<Figure> {
  const { model } = options;
  const named =
    isTensor(data) && isNaming(model) ? withDevice(deviceOf(data), () => model.convertToDict(data)) : data;
  const arrays: Representation = isOne(named) ? await plotArray(named) : await dictionary(named);
  return plotRepresentationOfArrays(arrays, options);
}

/** `portillaSimoncelliRepresentation` of `@plenoptic/plot`, for tensors by name. */
export async function portillaSimoncelliRepresentation(
  statistics: PlottableDictionary,
  options?: PortillaSimoncelliPlotOptions,
): Promise<Figure> {
  return plotPortillaSimoncelli(await dictionary(statistics), options);
}

/**
 * `pyrshow` of `@plenoptic/plot`, for the coefficients that a pyramid's `forward` gives.
 *
 * @example
 * ```ts
 * import { SteerablePyramidFreq } from "@plenoptic/process";
 * import { plot, rand } from "plenoptic";
 * const pyramid = new SteerablePyramidFreq([64, 64], { height: 3, order: 1 });
 * const figure = await plot.pyrshow(pyramid.forward(rand([1, 1, 64, 64])));
 * console.log(figure.description.includes("height 02, band 01: 16 by 16 pixels")); // true
 * ```
 */
export async function pyrshow(
  coefficients: ReadonlyMap<number | string, Plottable>,
  options?: PyrshowOptions,
): Promise<Figure> {
  const read = [...coefficients].map(async ([scale, value]) => [scale, await plotArray(value)] as const);
  return plotPyrshow(new Map(await Promise.all(read)), options);
}

export type { ComplexPair };
