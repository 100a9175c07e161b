import { PlotIndexError, PlotStateError, PlotValueError } from "./errors.js";
import type { Figure, FigureText, SvgOptions } from "./figure.js";
import { frameChanges } from "./film-patches.js";
import type { PlayerData } from "./player.js";
import { playerScript } from "./player-script.js";
import type { Raster } from "./raster.js";
import { checkScale, loadRasterizer } from "./rasterize.js";
import { escapeText } from "./svg.js";
import type { ThemeName } from "./theme.js";
import type { VideoOptions } from "./video.js";

/** How many frames are done of a film that is being written. */
export interface FilmProgress {
  readonly frame: number;
  readonly count: number;
}

/** Options of all ways to write a {@link Film}. */
export interface WriteFilmOptions {
  /** Pixels of the film for a pixel of the figure (default 1). */
  scale?: number;
  /** Colours: "light" (default) or "dark". */
  theme?: ThemeName;
  /** Called after each frame. */
  onProgress?: (progress: FilmProgress) => void;
  /** Stops the work when it is aborted. */
  signal?: AbortSignal;
}

/** Options of {@link Film.toHTML}. */
export interface FilmHtmlOptions extends SvgOptions, Pick<WriteFilmOptions, "onProgress" | "signal"> {
  /** Whether it plays at once, unless the reader wants no motion (default false). */
  autoplay?: boolean;
}

/** What a film is made of. */
export interface FilmSource extends FigureText {
  readonly frameCount: number;
  /** Frames in a second. */
  readonly framerate: number;
  readonly repeat: boolean;
  /** Draws a frame; all frames are of the size of the first. */
  readonly draw: (frame: number) => Figure;
  /** What a frame is, in few words. */
  readonly label: (frame: number) => string;
}

/** Milliseconds of work between two turns for others. */
const turnMs = 30;

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/**
 * A sequence of figures of one size. Frames are drawn when they are needed.
 *
 * @example
 * ```ts
 * import { animshow } from "@plenoptic/plot";
 * const data = Float32Array.from({ length: 4 * 64 }, (_, i) => Math.sin(i));
 * const film = animshow({ data, shape: [1, 1, 4, 8, 8] }, { zoom: 8 });
 * const gif = await film.toGIF();
 * console.log(film.frameCount, new TextDecoder().decode(gif.subarray(0, 6))); // 4 GIF89a
 * ```
 */
export class Film {
  readonly title: string;
  /** The alternative text. */
  readonly description: string;
  readonly frameCount: number;
  /** Frames in a second. */
  readonly framerate: number;
  private readonly first: Figure;

  constructor(private readonly source: FilmSource) {
    const { title, description, frameCount, framerate } = source;
    if (!(framerate > 0 && framerate <= 100)) {
      throw new PlotValueError(`framerate must be above 0 and not above 100, but got ${framerate}.`);
    }
    if (frameCount < 1) throw new PlotValueError("A film needs at least one frame.");
    this.title = title;
    this.description = description;
    this.frameCount = frameCount;
    this.framerate = framerate;
    this.first = source.draw(0);
  }

  /** Width in pixels. */
  get width(): number {
    return this.first.width;
  }

  /** Height in pixels. */
  get height(): number {
    return this.first.height;
  }

  /**
   * One frame; negative numbers count from the end.
   *
   * @throws {@link PlotIndexError} for a frame that does not exist
   */
  frame(index: number): Figure {
    const at = index < 0 ? index + this.frameCount : index;
    if (!Number.isInteger(at) || at < 0 || at >= this.frameCount) {
      throw new PlotIndexError(`frame ${index} is out of bounds with ${this.frameCount} frames.`);
    }
    return at === 0 ? this.first : this.source.draw(at);
  }

  /** Calls `use` for each frame, with turns for others in between. */
  private async eachFrame(
    use: (figure: Figure, frame: number) => void | Promise<void>,
    { onProgress, signal }: Pick<WriteFilmOptions, "onProgress" | "signal">,
  ): Promise<void> {
    let turn = performance.now();
    for (let frame = 0; frame < this.frameCount; frame++) {
      signal?.throwIfAborted();
      const figure = this.frame(frame);
      if (figure.width !== this.width || figure.height !== this.height) {
        throw new PlotStateError(`Frame ${frame} of the film is of another size than the first.`);
      }
      await use(figure, frame);
      onProgress?.({ frame: frame + 1, count: this.frameCount });
      if (performance.now() - turn > turnMs) {
        await pause();
        turn = performance.now();
      }
    }
  }

  private get delayMs(): number {
    return 1000 / this.framerate;
  }

  /** The film as GIF: at most 256 colours, chosen for the whole of it. */
  async toGIF(options: WriteFilmOptions = {}): Promise<Uint8Array> {
    const { scale = 1, theme = "light" } = options;
    checkScale(scale);
    const [{ gifWriter }, rasterizer] = await Promise.all([import("./gif.js"), loadRasterizer()]);
    const pixels = (figure: Figure): Promise<Raster> => rasterizer.toPixels(figure.toSVG({ theme }), scale);
    const last = this.frameCount - 1;
    const samples: Raster[] = [];
    // One after the other: drawing them is work, and between them others have their turn.
    for (const frame of new Set([0, Math.floor(last / 2), last])) {
      samples.push(await pixels(this.frame(frame)));
      await pause();
    }
    const writer = await gifWriter(samples, this.delayMs, this.source.repeat);
    await this.eachFrame(async (figure) => writer.add(await pixels(figure)), options);
    return writer.finish();
  }

  /** The film as animated PNG: all colours, which all browsers show. */
  async toAPNG(options: WriteFilmOptions = {}): Promise<Uint8Array> {
    const { scale = 1, theme = "light" } = options;
    checkScale(scale);
    const [{ apngWriter }, rasterizer] = await Promise.all([import("./apng.js"), loadRasterizer()]);
    const writer = apngWriter(this.delayMs, this.source.repeat);
    await this.eachFrame(
      async (figure) => writer.add(await rasterizer.toPNG(figure.toSVG({ theme }), scale)),
      options,
    );
    return writer.finish();
  }

  /**
   * The film as video, in browsers.
   *
   * @throws {@link PlotStateError} where there is no WebCodecs, or no encoder for the format
   */
  async toVideo(options: WriteFilmOptions & VideoOptions = {}): Promise<Blob> {
    const { scale = 1, theme = "light" } = options;
    checkScale(scale);
    const { videoWriter } = await import("./video.js");
    const { width, height, framerate } = this;
    const writer = await videoWriter({ width, height, scale, framerate }, options);
    await this.eachFrame((figure) => writer.add(figure.toSVG({ theme })), options);
    return writer.finish();
  }

  /** @internal What the player needs. */
  async playerData({ theme = "auto", autoplay = false, ...work }: FilmHtmlOptions = {}): Promise<PlayerData> {
    const first = this.first.draw();
    const frames: PlayerData["frames"][number][] = [];
    await this.eachFrame((figure) => {
      frames.push(frameChanges(first, figure.draw(), theme));
    }, work);
    const labels = frames.map((_, frame) => this.source.label(frame));
    return { delayMs: this.delayMs, repeat: this.source.repeat, autoplay, labels, frames };
  }

  /** The film as a page that stands alone: the figure with controls for playing, pausing, seeking and speed. */
  async toHTML(options: FilmHtmlOptions = {}): Promise<string> {
    const { theme = "auto" } = options;
    const data = JSON.stringify(await this.playerData(options)).replaceAll("<", "\\u003c");
    const scheme = theme === "auto" ? "light dark" : theme;
    return (
      `<!doctype html><html lang="en" style="color-scheme:${scheme}"><meta charset="utf-8">` +
      '<meta name="viewport" content="width=device-width">' +
      `<title>${escapeText(this.title)}</title><style>body{margin:1rem}${playerStyle}</style>` +
      `<div class="plenoptic-film">${this.first.toHTML({ theme })}</div>` +
      `<script>${playerScript}\nplenopticPlayer.mountPlayer(document.querySelector(".plenoptic-film"),${data})</script></html>`
    );
  }

  /** What notebooks ask for: the player. */
  async [Symbol.for("Jupyter.display")](): Promise<Record<string, string>> {
    const page = escapeText(await this.toHTML());
    const style = `width:100%;height:${this.height + 70}px;border:0`;
    return {
      // A frame of its own: scripts of pages in notebooks would meet each other otherwise.
      "text/html": `<iframe title="${escapeText(this.title)}" style="${style}" srcdoc="${page}"></iframe>`,
      "text/plain": `${this.title}. ${this.description}`,
    };
  }
}

/** How the player's controls look. */
export const playerStyle =
  ".plenoptic-film{display:inline-block;max-width:100%;font:14px system-ui,sans-serif}" +
  ".plenoptic-controls{display:flex;gap:.75rem;align-items:center;padding:.5rem .75rem}" +
  ".plenoptic-controls input{flex:1;min-width:6rem}" +
  ".plenoptic-controls button{width:2.5rem;height:2rem}" +
  ".plenoptic-controls output{min-width:8rem;font-variant-numeric:tabular-nums}";
