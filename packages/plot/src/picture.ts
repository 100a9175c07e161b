import type { Box } from "./box.js";
import { type Pixels, pngAddress } from "./pixels.js";
import { element } from "./svg.js";
import { sizes, textNode, textWidth, wrapText } from "./text.js";

/** What browsers need for crisp pixels. */
export const pixelatedStyle = "image-rendering:pixelated";

const lineHeight = 16;
const titleGap = 5;

/** Lines of text above something, the first ones bold. */
export interface Heading {
  readonly title: readonly string[];
  readonly subtitle: readonly string[];
}

export const emptyHeading: Heading = { title: [], subtitle: [] };

/** A heading whose lines fit the width; a word longer than `width` may take up to `widest`. */
export function makeHeading(title: string, subtitle: readonly string[], width: number): Heading {
  return {
    title: title ? wrapText(title, width, { size: sizes.title, bold: true }) : [],
    subtitle: subtitle.flatMap((line) => wrapText(line, width, { size: sizes.small })),
  };
}

export function headingSize({ title, subtitle }: Heading): { width: number; height: number } {
  const lines = title.length + subtitle.length;
  return {
    width: Math.ceil(
      Math.max(
        0,
        ...title.map((line) => textWidth(line, { size: sizes.title, bold: true })),
        ...subtitle.map((line) => textWidth(line, { size: sizes.small })),
      ),
    ),
    height: lines ? lines * lineHeight + titleGap : 0,
  };
}

/** The box with a heading above it, both in the middle. `lines` keeps headings of neighbours equally high. */
export function withHeading(box: Box, heading: Heading, minimumHeight = 0): Box {
  const size = headingSize(heading);
  const top = Math.max(size.height, minimumHeight);
  // An even number of pixels is left beside the box, so that boxes of equal width stand in line under each other.
  const beside = Math.max(0, size.width - box.width);
  const width = box.width + beside + (beside % 2);
  return {
    width,
    height: box.height + top,
    draw: (x, y) => {
      const middle = x + Math.round(width / 2);
      const start = y + top - size.height + lineHeight - 4;
      const lines = [...heading.title, ...heading.subtitle].map((line, i) => {
        const isTitle = i < heading.title.length;
        const style = isTitle
          ? ({ size: sizes.title, bold: true, anchor: "middle" } as const)
          : ({ size: sizes.small, fill: "$muted", anchor: "middle" } as const);
        return textNode(line, middle, start + i * lineHeight, style);
      });
      return [...lines, ...box.draw(x + Math.floor((width - box.width) / 2), y + top)];
    },
  };
}

/** Pixels at a size on the page, without interpolation. */
export function picture(pixels: Pixels, width: number, height: number, label: string): Box {
  let address: string | undefined;
  return {
    width,
    height,
    draw: (x, y) => {
      address ??= pngAddress(pixels);
      const image = element("image", {
        x,
        y,
        width,
        height,
        preserveAspectRatio: "none",
        "image-rendering": "optimizeSpeed",
        style: pixelatedStyle,
        "aria-label": label || undefined,
        href: address,
      });
      return [image];
    },
  };
}
