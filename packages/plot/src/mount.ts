import type { Figure, SvgOptions } from "./figure.js";
import { type Film, type FilmHtmlOptions, playerStyle } from "./film.js";
import { frameChanges } from "./film-patches.js";
import { mountPlayer } from "./player.js";
import type { SvgNode } from "./svg.js";

/** A figure in a page. */
export interface MountedFigure {
  /** The element that was put into the page. */
  readonly element: HTMLElement;
  /** Shows another figure in the same place; what is the same in both stays untouched. */
  update(figure: Figure): void;
  /** Takes it away. */
  remove(): void;
}

/** A film in a page. */
export interface MountedFilm {
  /** The element that was put into the page. */
  readonly element: HTMLElement;
  /** Stops it and takes it away. */
  remove(): void;
}

/** Changes attributes and texts of what is there; false when the drawings have not the same elements. */
function patch(element: HTMLElement, from: SvgNode, to: SvgNode, options: SvgOptions): boolean {
  const changes = frameChanges(from, to, options.theme ?? "auto");
  if (typeof changes === "string") return false;
  const top = element.querySelector("svg > g") as Element;
  const all = [top, ...top.querySelectorAll("*")];
  for (const [at, name, value] of changes) {
    if (name === "#") all[at].textContent = value;
    else all[at].setAttribute(name, value);
  }
  return true;
}

/** Alternative text follows the figure. */
function retitle(element: HTMLElement, { title, description }: Figure): void {
  const svg = element.querySelector("svg") as SVGSVGElement;
  svg.setAttribute("aria-label", `${title}. ${description}`);
  (svg.querySelector(":scope > title") as Element).textContent = title;
  (svg.querySelector(":scope > desc") as Element).textContent = description;
}

/**
 * Puts a figure into a page, at the end of an element, to be updated there: for synthesis that is running, the figure is drawn
 * anew now and then, and only what differs is changed.
 *
 * @throws {@link PlotStateError} outside of browsers
 */
export function mountFigure(target: Element, figure: Figure, options: SvgOptions = {}): MountedFigure {
  let drawn = figure;
  let drawing = figure.draw();
  const element = figure.element(options);
  target.append(element);
  return {
    element,
    update(next) {
      const nextDrawing = next.draw();
      const isSameSize = next.width === drawn.width && next.height === drawn.height;
      if (isSameSize && patch(element, drawing, nextDrawing, options)) retitle(element, next);
      else element.replaceChildren(...next.element(options).children);
      drawn = next;
      drawing = nextDrawing;
    },
    remove: () => element.remove(),
  };
}

/**
 * Puts a film with its player into a page, at the end of an element.
 *
 * @throws {@link PlotStateError} outside of browsers
 */
export async function mountFilm(
  target: Element,
  film: Film,
  options: FilmHtmlOptions = {},
): Promise<MountedFilm> {
  const element = document.createElement("div");
  const data = await film.playerData(options);
  element.className = "plenoptic-film";
  const style = document.createElement("style");
  style.textContent = playerStyle;
  element.append(style, film.frame(0).element(options));
  target.append(element);
  const stop = mountPlayer(element, data);
  return {
    element,
    remove() {
      stop();
      element.remove();
    },
  };
}
