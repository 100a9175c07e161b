import { bold as boldWidths, regular as regularWidths } from "./font-widths.js";
import { element, type SvgNode } from "./svg.js";

export const fontFamily = "Inter, system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif";
export const sizes = { title: 13, label: 12, small: 11 } as const;

interface TextStyle {
  readonly size?: number;
  readonly bold?: boolean;
  readonly fill?: string;
  readonly anchor?: "start" | "middle" | "end";
  readonly rotate?: number;
}

/** Width of a line of text in pixels, from the widths of the shipped font. */
export function textWidth(text: string, { size = sizes.label, bold = false }: TextStyle = {}): number {
  const widths = bold ? boldWidths : regularWidths;
  let sum = 0;
  // Characters outside ASCII are taken as wide as a digit; accents and Greek are close to that.
  for (const character of text) sum += widths[character.charCodeAt(0) - 0x20] ?? 630;
  return (sum * size) / 1000;
}

export function textNode(text: string, x: number, y: number, style: TextStyle = {}): SvgNode {
  const { size = sizes.label, bold = false, fill = "$ink", anchor = "start", rotate } = style;
  return element(
    "text",
    {
      x,
      y,
      "font-size": size,
      "font-weight": bold ? 600 : undefined,
      "text-anchor": anchor === "start" ? undefined : anchor,
      fill,
      transform: rotate === undefined ? undefined : `rotate(${rotate} ${Math.round(x)} ${Math.round(y)})`,
    },
    text,
  );
}

/**
 * Breaks text into lines no wider than `width`, between words. A word that is wider breaks after an underscore, as in
 * auto_correlation_magnitude, or is cut.
 */
export function wrapText(text: string, width: number, style: TextStyle = {}): string[] {
  const fits = (line: string): boolean => textWidth(line.trimEnd(), style) <= width;
  const lines: string[] = [];
  for (const paragraph of text.split("\n")) {
    const words = paragraph.split(/(?<= )/).flatMap((word) => (fits(word) ? [word] : word.split(/(?<=_)/)));
    let line = "";
    for (const word of words) {
      if (line && !fits(line + word)) {
        lines.push(line.trimEnd());
        line = "";
      }
      line += word;
    }
    lines.push(line.trimEnd());
  }
  return lines.map((line) => cutText(line, width, style));
}

function cutText(text: string, width: number, style: TextStyle): string {
  if (textWidth(text, style) <= width) return text;
  let cut = text;
  while (cut.length > 1 && textWidth(`${cut}…`, style) > width) cut = cut.slice(0, -1);
  return `${cut}…`;
}
