import { type Film, synthesisAnimate } from "@plenoptic/plot";
import type { PlotArrays } from "./protocol.js";

export type FilmFormat = "mp4" | "webm" | "gif";

/** Why a browser makes no video, in words for visitors. */
function noVideo(format: FilmFormat, cause: unknown): Error {
  const why =
    typeof VideoEncoder === "undefined"
      ? "This browser makes videos only on pages over https, or not at all"
      : `This browser has no encoder for ${format === "mp4" ? "MP4" : "WebM"}`;
  return new Error(`${why}. Take ${format === "mp4" ? "WebM or " : ""}GIF.`, { cause });
}

async function videoOf(film: Film, format: "mp4" | "webm", onProgress: OnProgress): Promise<Blob> {
  try {
    return await film.toVideo({ format, onProgress });
  } catch (error) {
    if (error instanceof Error && /WebCodecs|no video encoder/.test(error.message))
      throw noVideo(format, error);
    throw error;
  }
}

type OnProgress = (progress: { frame: number; count: number }) => void;

/** Drawing a film is work in parts, between which clicks are answered. */
const turn = () => new Promise<void>((resolve) => setTimeout(resolve));

/** The stored images beside the loss, as a film. */
export async function filmOf(
  arrays: PlotArrays,
  format: FilmFormat,
  onPart: (part: number) => void,
): Promise<Blob> {
  await turn();
  const film = synthesisAnimate(arrays, {
    includedPlots: ["synthesisImshow", "synthesisLoss"],
    repeat: true,
  });
  await turn();
  const onProgress: OnProgress = ({ frame, count }) => onPart(frame / count);
  if (format !== "gif") return videoOf(film, format, onProgress);
  return new Blob([(await film.toGIF({ onProgress })) as Uint8Array<ArrayBuffer>], { type: "image/gif" });
}
