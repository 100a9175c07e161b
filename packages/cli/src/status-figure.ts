import type { Figure, SynthesisArrays, SynthesisStatusOptions } from "@plenoptic/plot";
import { type Metamer, plainArrays } from "@plenoptic/synthesis";
import { warn } from "@plenoptic/tensor";
import { explain } from "./errors.js";

/** What a PNG of a status figure may weigh; one that is larger is drawn in a smaller size. */
const largestPng = 300_000;
const panelSizes = [400, 300, 200];

/** A figure as PNG, in the largest size that does not weigh too much. */
export async function statusPng(draw: (panelSize: number) => Figure): Promise<Uint8Array> {
  let png = new Uint8Array();
  for (const panelSize of panelSizes) {
    png = new Uint8Array(await draw(panelSize).toPNG());
    if (png.length <= largestPng) return png;
  }
  return png;
}

/** The metamer as plain numbers, with the error of its representation unless the model fails. */
async function arraysOf(metamer: Metamer): Promise<{ arrays: SynthesisArrays; hasError: boolean }> {
  try {
    return { arrays: await plainArrays(metamer), hasError: true };
  } catch {
    return { arrays: await plainArrays(metamer, { errorsAt: [] }), hasError: false };
  }
}

/**
 * `status.svg` and `status.png`: the metamer, the losses, the error of its representation. When they cannot be drawn there is
 * a warning in their place, for the results are worth more than pictures of them.
 */
export async function statusFiles(metamer: Metamer): Promise<Record<string, string | Uint8Array>> {
  try {
    const { setPlotWarningHandler, synthesisStatus } = await import("@plenoptic/plot");
    setPlotWarningHandler(warn);
    const { arrays, hasError } = await arraysOf(metamer);
    const options: SynthesisStatusOptions = {
      includedPlots: [
        "synthesisImshow",
        "synthesisLoss",
        hasError ? "metamerRepresentationError" : "synthesisHistogram",
      ],
    };
    const draw = (panelSize: number) => synthesisStatus(arrays, { ...options, panelSize });
    return { "status.svg": `${draw(panelSizes[0]).toSVG()}\n`, "status.png": await statusPng(draw) };
  } catch (error) {
    warn("plot", `The status figure could not be drawn: ${explain(error)}`);
    return {};
  }
}
