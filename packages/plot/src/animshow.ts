import { checkArray, isComplex, type PlotArray, type RealArray, shapeOf, subarray } from "./arrays.js";
import { grid } from "./box.js";
import { PlotShapeError, PlotValueError } from "./errors.js";
import { Figure } from "./figure.js";
import { Film } from "./film.js";
import {
  checkColWrap,
  collectPlanes,
  describePicture,
  type ImshowOptions,
  type NamedPlane,
  prepare,
  titledBoxes,
} from "./imshow.js";

/** Options of {@link animshow}. */
export interface AnimshowOptions extends ImshowOptions {
  /** Frames in a second (default 2). */
  framerate?: number;
  /** Whether it begins again at its end (default false). */
  repeat?: boolean;
}

/** A video as an image whose rows are those of all frames, below each other. */
function asTallImage(video: PlotArray): PlotArray {
  const tall = ({ data, shape: [batches, channels, frames, height, width] }: RealArray): RealArray => ({
    data,
    shape: [batches, channels, frames * height, width],
  });
  return isComplex(video) ? { real: tall(video.real), imag: tall(video.imag) } : tall(video);
}

/** One frame of a tall picture, whose colours are planes one after another. */
function frameOf(plane: NamedPlane, frame: number, count: number): NamedPlane {
  const height = plane.height / count;
  const size = height * plane.width;
  if (plane.channels === 1) {
    return { ...plane, height, data: subarray(plane.data, frame * size, (frame + 1) * size) };
  }
  const data = new Float64Array(plane.channels * size);
  for (let c = 0; c < plane.channels; c++) {
    const start = c * plane.height * plane.width + frame * size;
    for (let i = 0; i < size; i++) data[c * size + i] = plane.data[start + i];
  }
  return { ...plane, height, data };
}

function checkVideos(videos: readonly PlotArray[]): number {
  if (videos.length === 0) throw new PlotValueError("video must be an array or a list of at least one.");
  for (const video of videos) {
    checkArray(video, "video");
    if (shapeOf(video).length !== 5) {
      throw new PlotShapeError(
        `animshow only accepts videos as 5d arrays [batch, channel, time, height, width], but the shape is [${shapeOf(video)}].`,
      );
    }
  }
  const counts = videos.map((video) => shapeOf(video)[2]);
  if (new Set(counts).size > 1) {
    throw new PlotShapeError(
      `All videos must have the same number of frames, but you passed videos with ${counts.join(", ")} frames.`,
    );
  }
  return counts[0];
}

/**
 * Shows videos without interpolation, as {@link imshow} shows images; the range of values is that of all frames.
 *
 * @param video - one or several `[batch, channel, time, height, width]` with the same number of frames
 * @throws as {@link imshow}; {@link PlotShapeError} for another rank or different numbers of frames
 *
 * @example
 * ```ts
 * import { animshow } from "@plenoptic/plot";
 * const data = Float32Array.from({ length: 3 * 16 }, (_, i) => i);
 * const film = animshow({ data, shape: [1, 1, 3, 4, 4] }, { title: "ramp", zoom: 20 });
 * console.log(film.frameCount, film.frame(2).description); // 3 ramp: 4 by 4 pixels, shown at 20, values from 0 to 47.
 * ```
 */
export function animshow(video: PlotArray | readonly PlotArray[], options: AnimshowOptions = {}): Film {
  const { framerate = 2, repeat = false, ...shown } = options;
  const videos = (Array.isArray(video) ? video : [video]) as readonly PlotArray[];
  const count = checkVideos(videos);
  const colWrap = checkColWrap(shown.colWrap);
  const planes = collectPlanes(videos.map(asTallImage), shown);
  const frames = planes.map((plane) => Array.from({ length: count }, (_, t) => frameOf(plane, t, count)));
  const first = prepare(
    frames.map(([frame]) => frame),
    shown,
    undefined,
    frames.map((list) => list.map(({ data }) => data)),
  );
  const names = [...new Set(planes.map(({ title }) => title).filter(Boolean))];
  const title = names.length ? names.join(", ") : "Video";
  const description = `${first.map(describePicture).join("; ")}.`;
  return new Film({
    title,
    description: `${count} frames at ${framerate} in a second. ${description}`,
    frameCount: count,
    framerate,
    repeat,
    label: (t) => `frame ${t + 1} of ${count}`,
    draw: (t) => {
      const pictures = first.map((one, i) => ({ ...one, plane: frames[i][t] }));
      return new Figure(grid(titledBoxes(pictures), colWrap ?? pictures.length, 14, 14), {
        title,
        description,
      });
    },
  });
}
