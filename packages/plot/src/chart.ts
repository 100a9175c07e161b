import { type Axis, type AxisOptions, makeAxis } from "./axes.js";
import type { Box } from "./box.js";
import { element, round, type SvgNode } from "./svg.js";
import { sizes, textNode, textWidth } from "./text.js";

/** Where marks are drawn. */
export interface Plotting {
  readonly x: Axis;
  readonly y: Axis;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Something drawn inside the axes. */
export type Mark = (area: Plotting) => SvgNode[];

export interface ChartOptions {
  readonly width: number;
  readonly height: number;
  readonly x: AxisOptions;
  readonly y: AxisOptions;
  readonly marks: readonly Mark[];
  readonly legend?: readonly LegendItem[];
  /** Whether lines at the ticks of y go across (default true). */
  readonly grid?: boolean;
}

export interface LegendItem {
  readonly text: string;
  readonly color: string;
  readonly shape: "line" | "square";
}

const tickSize = 4;
const tickGap = 4;
const labelHeight = 18;

/** Room for numbers and label on the left of the y axis. */
export function leftMargin(y: AxisOptions, height: number): number {
  const widest = Math.max(
    0,
    ...makeAxis(y, [height, 0]).ticks.map(({ text }) => textWidth(text, { size: sizes.small })),
  );
  return Math.ceil(widest) + (widest ? tickSize + tickGap : 1) + (y.label ? labelHeight : 0);
}

function yAxis({ y, left, right, top, bottom }: Plotting, grid: boolean): SvgNode[] {
  const nodes: SvgNode[] = [];
  for (const { value, text } of y.ticks) {
    const at = round(y.at(value));
    if (grid) nodes.push(element("path", { d: `M${left} ${at}H${right}`, stroke: "$grid" }));
    nodes.push(element("path", { d: `M${left - tickSize} ${at}H${left}`, stroke: "$axis" }));
    const style = { size: sizes.small, fill: "$muted", anchor: "end" } as const;
    nodes.push(textNode(text, left - tickSize - tickGap, at + 4, style));
  }
  const minor = y.minor.map((value) => `M${left - tickSize / 2} ${round(y.at(value))}H${left}`).join("");
  nodes.push(element("path", { d: `M${left} ${top}V${bottom}${minor}`, stroke: "$axis", fill: "none" }));
  if (y.options.label) {
    const widest = Math.max(0, ...y.ticks.map(({ text }) => textWidth(text, { size: sizes.small })));
    const x = left - Math.ceil(widest) - tickSize - tickGap - 6;
    nodes.push(textNode(y.options.label, x, (top + bottom) / 2, { anchor: "middle", rotate: -90 }));
  }
  return nodes;
}

function xAxis({ x, left, right, bottom }: Plotting): SvgNode[] {
  const nodes: SvgNode[] = [];
  for (const { value, text } of x.ticks) {
    const at = round(x.at(value));
    nodes.push(element("path", { d: `M${at} ${bottom}V${bottom + tickSize}`, stroke: "$axis" }));
    const style = { size: sizes.small, fill: "$muted", anchor: "middle" } as const;
    nodes.push(textNode(text, at, bottom + tickSize + tickGap + 9, style));
  }
  if (x.ticks.length) nodes.push(element("path", { d: `M${left} ${bottom}H${right}`, stroke: "$axis" }));
  if (x.options.label) {
    nodes.push(
      textNode(x.options.label, (left + right) / 2, bottom + (x.ticks.length ? 34 : 16), {
        anchor: "middle",
      }),
    );
  }
  return nodes;
}

const legendLine = 20;
const legendGap = 16;

const itemWidth = ({ text }: LegendItem): number => 24 + textWidth(text);

/** Items of a legend in lines no wider than there is room, which is above the axes, where no data are. */
function legendLines(items: readonly LegendItem[], width: number): LegendItem[][] {
  const lines: LegendItem[][] = [];
  let used = Number.POSITIVE_INFINITY;
  for (const item of items) {
    used += legendGap + itemWidth(item);
    if (used > width) {
      lines.push([]);
      used = itemWidth(item);
    }
    lines[lines.length - 1].push(item);
  }
  return lines;
}

function legendNodes(lines: readonly LegendItem[][], left: number, top: number): SvgNode[] {
  return lines.flatMap((line, row) => {
    let x = left;
    return line.flatMap((item) => {
      const { text, color, shape } = item;
      const y = top + 9 + row * legendLine;
      const key =
        shape === "line"
          ? element("path", { d: `M${round(x)} ${y}h18`, stroke: color, "stroke-width": 2 })
          : element("rect", { x: x + 3, y: y - 6, width: 12, height: 12, fill: color, "fill-opacity": 0.6 });
      const label = textNode(text, x + 24, y + 4);
      x += itemWidth(item) + legendGap;
      return [key, label];
    });
  });
}

/** Axes with marks in a place of the given size. */
export function chart({ width, height, x, y, marks, legend = [], grid = true }: ChartOptions): Box {
  const below = (x.ticks === false ? 4 : tickSize + tickGap + 12) + (x.label ? labelHeight : 0);
  const rightSide = 10;
  const roughLeft = leftMargin(y, height - below);
  const lines = legendLines(legend, width - roughLeft - rightSide);
  const above = 8 + lines.length * legendLine;
  const leftSide = leftMargin(y, height - above - below);
  return {
    width,
    height,
    draw: (x0, y0) => {
      const [left, right] = [x0 + leftSide, x0 + width - rightSide];
      const [top, bottom] = [y0 + above, y0 + height - below];
      const area = { x: makeAxis(x, [left, right]), y: makeAxis(y, [bottom, top]), left, right, top, bottom };
      return [
        ...yAxis(area, grid),
        ...xAxis(area),
        ...marks.flatMap((mark) => mark(area)),
        ...legendNodes(lines, left, y0),
      ];
    },
  };
}
