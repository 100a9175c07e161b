import type { Box } from "./box.js";
import { PlotStateError } from "./errors.js";
import { element, escapeText, type SvgNode, SvgWriter } from "./svg.js";
import { fontFamily } from "./text.js";
import type { ThemeName } from "./theme.js";

/** Options of {@link Figure.toSVG} and {@link Figure.toHTML}. */
export interface SvgOptions {
  /** Colours for light or dark surroundings; "auto" (default) follows the reader's. */
  theme?: ThemeName | "auto";
}

/** Options of {@link Figure.toPNG}. */
export interface PngOptions {
  /** Pixels of the PNG for a pixel of the figure (default 1); 2 for screens and print of high resolution. */
  scale?: number;
  /** Colours: "light" (default) or "dark". */
  theme?: ThemeName;
}

/** What a figure says about itself. */
export interface FigureText {
  /** In a few words, what it is. */
  readonly title: string;
  /** What it shows, for people who cannot see it: ranges, last values. */
  readonly description: string;
}

const padding = 12;

/**
 * A finished figure. It is made of plain numbers and stays as it was made.
 *
 * @example
 * ```ts
 * import { imshow } from "@plenoptic/plot";
 * const figure = imshow({ data: [0, 0.25, 0.5, 1], shape: [1, 1, 2, 2] }, { zoom: 50, title: "four" });
 * const png = await figure.toPNG({ scale: 2 });
 * console.log(figure.width, png.length > 500); // 124 true
 * ```
 */
export class Figure {
  readonly title: string;
  /** The alternative text. */
  readonly description: string;

  constructor(
    /** The drawing without its margin, for figures made of figures. */
    readonly content: Box,
    { title, description }: FigureText,
  ) {
    this.title = title;
    this.description = description;
  }

  /** The same figure under another title. */
  named(title: string): Figure {
    return new Figure(this.content, { title, description: this.description });
  }

  /** Width in pixels. */
  get width(): number {
    return Math.ceil(this.content.width) + 2 * padding;
  }

  /** Height in pixels. */
  get height(): number {
    return Math.ceil(this.content.height) + 2 * padding;
  }

  /** @internal All that is drawn, as one element. */
  draw(): SvgNode {
    const { width, height } = this;
    const paper = element("rect", { width, height, fill: "$paper" });
    return element("g", { "font-family": fontFamily }, paper, ...this.content.draw(padding, padding));
  }

  /** The figure as one self-contained SVG; pictures in it are embedded as PNG. */
  toSVG({ theme = "auto" }: SvgOptions = {}): string {
    const { width, height } = this;
    const writer = new SvgWriter(theme);
    const body = writer.write(this.draw());
    const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
    const about = `<title>${escapeText(this.title)}</title><desc>${escapeText(this.description)}</desc>`;
    const label = escapeText(`${this.title}. ${this.description}`);
    return `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" aria-label="${label}">${about}${writer.styleSheet()}${body}</svg>`;
  }

  /** The figure as PNG, with the font that comes with this package: the same picture on every machine. */
  async toPNG({ scale = 1, theme = "light" }: PngOptions = {}): Promise<Uint8Array> {
    const { rasterize } = await import("./rasterize.js");
    return rasterize(this.toSVG({ theme }), scale);
  }

  /** The figure as a piece of HTML, which shrinks to the width there is. */
  toHTML({ theme = "auto" }: SvgOptions = {}): string {
    const svg = this.toSVG({ theme }).replace("<svg ", '<svg style="max-width:100%;height:auto" ');
    return `<figure class="plenoptic-figure" style="margin:0">${svg}</figure>`;
  }

  /**
   * The figure as an element that can be put anywhere in a page. It is no wider than the place it is in.
   *
   * @throws {@link PlotStateError} outside of browsers
   */
  element(options: SvgOptions = {}): HTMLElement {
    const page = globalThis.document;
    if (!page) {
      throw new PlotStateError(
        "There is no page to make an element for; use toSVG(), toPNG() or toHTML() instead.",
      );
    }
    const template = page.createElement("template");
    template.innerHTML = this.toHTML(options);
    return template.content.firstElementChild as HTMLElement;
  }

  /** What notebooks ask for (Deno's kernel, and those that follow it): the figure in forms that they can show. */
  [Symbol.for("Jupyter.display")](): Record<string, string> {
    return {
      "image/svg+xml": this.toSVG(),
      "text/html": this.toHTML(),
      "text/plain": `${this.title}. ${this.description}`,
    };
  }
}
