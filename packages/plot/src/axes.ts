import { scaleLinear, scaleLog } from "d3-scale";
import { formatTicks, powerOfTen, scientific } from "./numbers.js";

/** How values become places along an axis. */
export interface AxisOptions {
  /** The two ends, in values. */
  readonly domain: readonly [number, number];
  readonly type?: "linear" | "log";
  readonly label?: string;
  /** Whether ticks and numbers are drawn (default true). */
  readonly ticks?: boolean;
  /** Whether only whole numbers are ticks. */
  readonly whole?: boolean;
}

export interface Axis {
  readonly options: AxisOptions;
  /** The place of a value in pixels. NaN where a logarithm has none. */
  readonly at: (value: number) => number;
  readonly ticks: readonly { readonly value: number; readonly text: string }[];
  /** Where short marks without numbers stand: between powers of ten. */
  readonly minor: readonly number[];
}

/** Both ends apart from each other, so that a scale exists. */
function widened([low, high]: readonly [number, number], type: "linear" | "log"): [number, number] {
  if (low !== high) return [low, high];
  if (type === "log") return [low / 2, low * 2];
  const half = low === 0 ? 1 : Math.abs(low) / 10;
  return [low - half, high + half];
}

function logTicks(domain: [number, number], count: number): Axis["ticks"] {
  const [low, high] = domain.map(Math.log10);
  const decades: number[] = [];
  for (let e = Math.ceil(low - 1e-9); e <= high + 1e-9; e++) decades.push(e);
  if (decades.length >= 2) {
    const step = Math.ceil(decades.length / count);
    return decades.filter((e) => e % step === 0).map((e) => ({ value: 10 ** e, text: powerOfTen(e) }));
  }
  // Less than two decades: as many of 1 to 9 in each as there is room for, or, in a narrow range, ticks at equal distances.
  for (const digits of [
    [1, 2, 3, 4, 5, 6, 7, 8, 9],
    [1, 2, 3, 5],
    [1, 2, 5],
    [1, 3],
  ]) {
    const between: number[] = [];
    for (let e = Math.floor(low); e <= high; e++) {
      for (const m of digits) {
        const value = Number(`${m}e${e}`);
        if (value >= domain[0] && value <= domain[1]) between.push(value);
      }
    }
    if (between.length < 2) break;
    if (between.length <= Math.min(count, 7))
      return between.map((value) => ({ value, text: scientific(value) }));
  }
  return linearTicks(domain, Math.min(count, 4), false);
}

function linearTicks(domain: [number, number], count: number, whole: boolean): Axis["ticks"] {
  const values = scaleLinear()
    .domain(domain)
    .ticks(count)
    .filter((value) => !whole || Number.isInteger(value));
  const texts = formatTicks(values);
  return values.map((value, i) => ({ value, text: texts[i] }));
}

/** Pixels grow downwards: an axis of y starts at the larger number. */
const isHorizontal = ([from, to]: readonly [number, number]): boolean => from < to;

/** Most decades that have marks at 2 to 9 times each. */
const decadesWithMarks = 6;

function minorTicks(domain: [number, number], ticks: Axis["ticks"]): number[] {
  const [low, high] = domain.map(Math.log10);
  const isDecades = ticks.length > 1 && ticks[1].value / ticks[0].value >= 9.99;
  if (!isDecades || high - low > decadesWithMarks) return [];
  const marks: number[] = [];
  for (let e = Math.floor(low); e <= high; e++) {
    for (let m = 2; m <= 9; m++) marks.push(Number(`${m}e${e}`));
  }
  return marks.filter((value) => value >= domain[0] && value <= domain[1]);
}

/** An axis from values to pixels. */
export function makeAxis(options: AxisOptions, range: readonly [number, number]): Axis {
  const { type = "linear", whole = false } = options;
  const domain = widened(options.domain, type);
  const scale = (type === "log" ? scaleLog() : scaleLinear()).domain(domain).range(range);
  const count = Math.max(3, Math.round(Math.abs(range[1] - range[0]) / (isHorizontal(range) ? 60 : 34)));
  const draw = options.ticks ?? true;
  const ticks = type === "log" ? logTicks(domain, count) : linearTicks(domain, count, whole);
  return {
    options,
    at: (value) => (type === "log" && value <= 0 ? Number.NaN : scale(value)),
    ticks: draw ? ticks : [],
    minor: draw && type === "log" ? minorTicks(domain, ticks) : [],
  };
}
