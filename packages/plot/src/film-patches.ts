import type { PlayerFrame } from "./player.js";
import { round, type SvgNode, SvgWriter } from "./svg.js";
import type { ThemeName } from "./theme.js";

type Change = [element: number, attribute: string, value: string];

const isText = ({ children }: SvgNode): boolean => children.length === 1 && typeof children[0] === "string";

const written = (value: string | number): string => String(typeof value === "number" ? round(value) : value);

/** Adds the changes from one element to another; false when they cannot be expressed as changes of attributes and text. */
function compare(from: SvgNode, to: SvgNode, at: { index: number }, changes: Change[]): boolean {
  if (from.tag !== to.tag || from.children.length !== to.children.length || isText(from) !== isText(to))
    return false;
  const index = at.index++;
  const names = Object.keys(from.attributes);
  if (names.join() !== Object.keys(to.attributes).join()) return false;
  for (const name of names) {
    const [a, b] = [from.attributes[name], to.attributes[name]];
    if (a === b) continue;
    // A colour of the theme is also a class.
    if (a === undefined || b === undefined || written(a).startsWith("$") || written(b).startsWith("$"))
      return false;
    if (written(a) !== written(b)) changes.push([index, name, written(b)]);
  }
  if (isText(from)) {
    if (from.children[0] !== to.children[0]) changes.push([index, "#", to.children[0] as string]);
    return true;
  }
  return from.children.every((child, i) => compare(child as SvgNode, to.children[i] as SvgNode, at, changes));
}

/** How a drawing differs from that of the first frame, for the player. */
export function frameChanges(first: SvgNode, drawing: SvgNode, theme: ThemeName | "auto"): PlayerFrame {
  const changes: Change[] = [];
  return compare(first, drawing, { index: 0 }, changes) ? changes : new SvgWriter(theme).write(drawing);
}
