import { PlotStateError, PlotValueError } from "./errors.js";
import { drawOnCanvas } from "./rasterize-in-browser.js";

/** What a video is encoded as. */
export interface VideoOptions {
  /** The container: "mp4" (default) or "webm". */
  format?: "mp4" | "webm";
  /** Bits in a second; by default what the encoder takes for a high quality. */
  bitrate?: number;
}

/** Where a video is drawn and encoded, frame by frame. */
export interface VideoWriter {
  add(svg: string): Promise<void>;
  finish(): Promise<Blob>;
}

/** Encoders of many kinds want even sizes. */
const even = (size: number): number => size + (size % 2);

/** Encodes drawings by WebCodecs, with the first codec of the container that the browser has an encoder for. */
export async function videoWriter(
  size: { width: number; height: number; scale: number; framerate: number },
  { format = "mp4", bitrate }: VideoOptions,
): Promise<VideoWriter> {
  if (format !== "mp4" && format !== "webm") {
    throw new PlotValueError(`format must be "mp4" or "webm", but got "${format}".`);
  }
  if (typeof VideoEncoder === "undefined") {
    throw new PlotStateError(
      "MP4 and WebM need WebCodecs, which this environment has not: use toGIF() or toAPNG(), or a browser on a secure page.",
    );
  }
  const media = await import("mediabunny");
  const canvas = document.createElement("canvas");
  canvas.width = even(Math.round(size.width * size.scale));
  canvas.height = even(Math.round(size.height * size.scale));
  const container = format === "mp4" ? new media.Mp4OutputFormat() : new media.WebMOutputFormat();
  const { width, height } = canvas;
  const codec = await media.getFirstEncodableVideoCodec(container.getSupportedVideoCodecs(), {
    width,
    height,
  });
  if (!codec) {
    throw new PlotStateError(
      `This browser has no video encoder for ${format}: try another format, or toGIF().`,
    );
  }
  const target = new media.BufferTarget();
  const output = new media.Output({ format: container, target });
  const source = new media.CanvasSource(canvas, { codec, bitrate: bitrate ?? media.QUALITY_HIGH });
  output.addVideoTrack(source, { frameRate: size.framerate });
  await output.start();
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;
  let frame = 0;
  return {
    async add(svg) {
      const drawing = await drawOnCanvas(svg, size.scale);
      // What an even size has more than the drawing is of the colour beside it.
      context.drawImage(drawing, 0, 0, width, height);
      context.drawImage(drawing, 0, 0);
      await source.add(frame++ / size.framerate, 1 / size.framerate);
    },
    async finish() {
      await output.finalize();
      return new Blob([target.buffer as ArrayBuffer], { type: `video/${format}` });
    },
  };
}
