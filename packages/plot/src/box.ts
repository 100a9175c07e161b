import type { SvgNode } from "./svg.js";

/** A part of a figure that knows its size in pixels and draws itself with its corner at (x, y). */
export interface Box {
  readonly width: number;
  readonly height: number;
  draw(x: number, y: number): SvgNode[];
}

/** Boxes beside each other, aligned at the top. */
export function row(boxes: readonly Box[], gap: number): Box {
  return grid(boxes, boxes.length, gap, gap);
}

/**
 * Boxes in rows of `columns`; each column as wide and each row as high as its largest box. They stand in the middle of their
 * column, so that pictures under titles of different widths are in line.
 */
export function grid(boxes: readonly Box[], columns: number, columnGap: number, rowGap: number): Box {
  const count = Math.max(1, Math.min(columns, boxes.length));
  const widths = Array.from({ length: count }, (_, c) =>
    Math.max(0, ...boxes.filter((_, i) => i % count === c).map((box) => box.width)),
  );
  const heights = Array.from({ length: Math.ceil(boxes.length / count) }, (_, r) =>
    Math.max(0, ...boxes.slice(r * count, (r + 1) * count).map((box) => box.height)),
  );
  const before = (sizes: number[], index: number, gap: number): number =>
    sizes.slice(0, index).reduce((sum, size) => sum + size + gap, 0);
  return {
    width: before(widths, count, columnGap) - columnGap,
    height: Math.max(0, before(heights, heights.length, rowGap) - rowGap),
    draw: (x, y) =>
      boxes.flatMap((box, i) => {
        const [r, c] = [Math.floor(i / count), i % count];
        const left = before(widths, c, columnGap) + Math.floor((widths[c] - box.width) / 2);
        return box.draw(x + left, y + before(heights, r, rowGap));
      }),
  };
}

/** Boxes below each other. */
export function column(boxes: readonly Box[], gap: number): Box {
  return grid(boxes, 1, 0, gap);
}

/** The box in the middle of a place of the given size, which is at least as large as the box. */
export function centered(box: Box, width: number, height: number): Box {
  const [w, h] = [Math.max(width, box.width), Math.max(height, box.height)];
  return {
    width: w,
    height: h,
    draw: (x, y) => box.draw(x + Math.floor((w - box.width) / 2), y + Math.floor((h - box.height) / 2)),
  };
}

/** A box and what it shows in words, without a full stop. */
export interface Panel {
  readonly box: Box;
  readonly description: string;
}
