import type { Mark, Plotting } from "./chart.js";
import { element, round } from "./svg.js";

/**
 * Values at 0, 1, 2, … joined by a line with gaps where a value is no number. What is 0 or less on a logarithmic axis
 * goes down to its foot.
 */
export function lineMark(values: ArrayLike<number>, color: string): Mark {
  return ({ x, y, bottom }) => {
    const place = (value: number): number => (y.options.type === "log" && value <= 0 ? bottom : y.at(value));
    const places = Array.from(values, place);
    let d = "";
    places.forEach((at, i) => {
      if (!Number.isFinite(at)) return;
      const begins = !Number.isFinite(places[i - 1]);
      d += `${begins ? "M" : "L"}${round(x.at(i))} ${round(at)}`;
      // A point between two gaps is a line of no length, which round ends make visible.
      if (begins && !Number.isFinite(places[i + 1])) d += "h0.01";
    });
    const style = { fill: "none", stroke: color, "stroke-width": 1.75, "stroke-linejoin": "round" };
    return d ? [element("path", { d, ...style, "stroke-linecap": "round" })] : [];
  };
}

/** One point that stands out. */
export function dotMark(atX: number, atY: number, color = "$accent"): Mark {
  return ({ x, y }) => {
    const [cx, cy] = [x.at(atX), y.at(atY)];
    if (!Number.isFinite(cy)) return [];
    return [element("circle", { cx, cy, r: 4.5, fill: color, stroke: "$paper", "stroke-width": 1.5 })];
  };
}

/** Values that share a column of pixels, as the smallest and the largest of them, so that many cost no more than few. */
function thinned(values: ArrayLike<number>, { x, left, right }: Plotting): number[] {
  const all = Array.from({ length: values.length }, (_, i) => i).filter((i) => Number.isFinite(values[i]));
  if (all.length <= 4 * (right - left)) return all;
  const ends = new Map<number, [number, number]>();
  for (const i of all) {
    const at = Math.round(2 * x.at(i)) / 2;
    const found = ends.get(at);
    if (!found) ends.set(at, [i, i]);
    else if (values[i] < values[found[0]]) found[0] = i;
    else if (values[i] > values[found[1]]) found[1] = i;
  }
  return [...ends.values()].flatMap(([low, high]) => (low === high ? [low] : [low, high]));
}

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

/** A stem from 0 and a point for each value; what lies outside the axes is cut off. */
export function stemMark(values: ArrayLike<number>, color: string): Mark {
  return (area) => {
    const { x, y, left, right, top, bottom } = area;
    const zero = round(clamp(y.at(0), top, bottom));
    const shown = thinned(values, area);
    let [stems, points] = ["", ""];
    for (const i of shown) {
      const [at, to] = [round(x.at(i)), y.at(values[i])];
      stems += `M${at} ${zero}V${round(clamp(to, top, bottom))}`;
      if (to >= top - 1 && to <= bottom + 1) points += `M${at} ${round(to)}h0.01`;
    }
    const distance = (right - left) / Math.max(1, values.length);
    const size = round(clamp(distance * 0.8, 2.2, 7));
    return [
      element("path", {
        d: stems || "M0 0",
        stroke: color,
        "stroke-width": round(clamp(distance / 4, 0.5, 1.5)),
      }),
      element("path", {
        d: points || "M0 0",
        stroke: color,
        "stroke-width": size,
        "stroke-linecap": "round",
      }),
    ];
  };
}

/** A horizontal line at 0, from end to end or in pieces. */
export function zeroMark(pieces?: readonly (readonly [number, number])[]): Mark {
  return ({ x, y, left, right, top, bottom }) => {
    const at = round(y.at(0));
    if (at < top || at > bottom) return [];
    const d = pieces
      ? pieces.map(([from, to]) => `M${round(x.at(from))} ${at}H${round(x.at(to))}`).join("")
      : `M${left} ${at}H${right}`;
    return [element("path", { d, stroke: "$accent", "stroke-width": 1.5 })];
  };
}

/** Bars of a histogram: counts between neighbouring edges. */
export function barMark(
  counts: readonly number[],
  edges: readonly number[],
  color: string,
  opacity: number,
): Mark {
  return ({ x, y, left, right, top, bottom }) => {
    let d = "";
    counts.forEach((count, i) => {
      const from = clamp(x.at(edges[i]), left, right);
      const to = clamp(x.at(edges[i + 1]), left, right);
      const height = clamp(y.at(count), top, bottom);
      if (count > 0 && to > from) d += `M${round(from)} ${bottom}V${round(height)}H${round(to)}V${bottom}Z`;
    });
    return d ? [element("path", { d, fill: color, "fill-opacity": opacity })] : [];
  };
}
