import { extname, resolve } from "node:path";
import { writeAtomically } from "@plenoptic/data";
import {
  type Figure,
  type FilmProgress,
  setPlotWarningHandler,
  synthesisAnimate,
  synthesisHistogram,
  synthesisLoss,
  synthesisStatus,
} from "@plenoptic/plot";
import { type SavedMetamer, savedArrays } from "@plenoptic/synthesis";
import { UsageError } from "./errors.js";
import type { CommandIo } from "./io.js";

/** What `plenoptic plot` was asked to do. */
export interface PlotSettings {
  readonly what: "status" | "loss" | "histogram" | "film";
  /** Undefined for the last. */
  readonly iteration?: number | null;
  /** File to write; its ending says of which kind. Undefined: named after the picture, as SVG. */
  readonly out?: string;
  readonly scale: number;
  readonly framerate: number;
  readonly dark?: boolean;
  readonly verbose?: boolean;
}

function draw(arrays: SavedMetamer, { what, iteration = null }: PlotSettings): Figure {
  if (what === "loss")
    return synthesisLoss(arrays, { iteration, plotPenalties: true, width: 560, height: 400 });
  if (what === "histogram") return synthesisHistogram(arrays, { iteration, width: 560, height: 400 });
  // The model is not in the file, so that the error of its representation is not known.
  return synthesisStatus(arrays, {
    iteration,
    includedPlots: ["synthesisImshow", "synthesisLoss", "synthesisHistogram"],
  });
}

/** The figure in the form that the file's ending asks for. */
async function encode(
  figure: Figure,
  path: string,
  { scale, dark }: PlotSettings,
): Promise<string | Uint8Array> {
  const theme = dark ? "dark" : undefined;
  switch (extname(path).toLowerCase()) {
    case ".svg":
      return `${figure.toSVG({ theme })}\n`;
    case ".png":
      return figure.toPNG({ scale, theme });
    case ".html":
      return `${figure.toHTML({ theme })}\n`;
    default:
      throw new UsageError(`--out must end in .svg, .png or .html, but is ${path}.`);
  }
}

/** The film in the form that the file's ending asks for, with a line that says how far it is. */
async function encodeFilm(
  arrays: SavedMetamer,
  path: string,
  { scale, framerate, dark }: PlotSettings,
  { stderr, signal }: CommandIo,
): Promise<string | Uint8Array> {
  const film = synthesisAnimate(arrays, {
    framerate,
    repeat: true,
    includedPlots: ["synthesisImshow", "synthesisLoss"],
  });
  const onProgress = ({ frame, count }: FilmProgress) => {
    if (stderr.isTTY) stderr.write(`\rframe ${frame}/${count}${frame === count ? "\n" : ""}`);
  };
  const options = { scale, theme: dark ? ("dark" as const) : undefined, onProgress, signal };
  switch (extname(path).toLowerCase()) {
    case ".gif":
      return film.toGIF(options);
    case ".png":
    case ".apng":
      return film.toAPNG(options);
    case ".html":
      return `${await film.toHTML(options)}\n`;
    default:
      throw new UsageError(`--out of a film must end in .gif, .png or .html, but is ${path}.`);
  }
}

/** Runs `plenoptic plot`. */
export async function plotFile(file: string, settings: PlotSettings, io: CommandIo): Promise<void> {
  setPlotWarningHandler((_, message) => io.stderr.write(`warning: ${message}\n`));
  const { what, out } = settings;
  const path = resolve(io.cwd, out ?? `${what}.${what === "film" ? "gif" : "svg"}`);
  const arrays = await savedArrays(resolve(io.cwd, file));
  const content =
    what === "film"
      ? await encodeFilm(arrays, path, settings, io)
      : await encode(draw(arrays, settings), path, settings);
  await writeAtomically(path, content);
  io.stdout.write(`Wrote ${path}\n`);
}
