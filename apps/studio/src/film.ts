import { synthesisAnimate } from "@plenoptic/plot";
import type { PlotArrays } from "./protocol.js";

/** The stored images beside the loss, as a film. */
export async function filmOf(
  arrays: PlotArrays,
  format: "mp4" | "gif",
  onPart: (part: number) => void,
): Promise<Blob> {
  const film = synthesisAnimate(arrays, {
    includedPlots: ["synthesisImshow", "synthesisLoss"],
    repeat: true,
  });
  const onProgress = ({ frame, count }: { frame: number; count: number }) => onPart(frame / count);
  if (format === "mp4") return film.toVideo({ format, onProgress });
  return new Blob([(await film.toGIF({ onProgress })) as Uint8Array<ArrayBuffer>], { type: "image/gif" });
}
