import { extentOfAll } from "./arrays.js";
import { PlotValueError } from "./errors.js";
import { warn } from "./warnings.js";

/** Which values become the two ends of the colour map: by a rule, one pair for all, or a pair for each picture. */
export type ValueRange = string | readonly [number, number] | readonly (readonly [number, number])[];

export type Range = [number, number];

/** Numbers of a picture or of all frames of one, and whether they are colours already, whose range is always [0, 1]. */
export interface Ranged {
  readonly data: readonly ArrayLike<number>[];
  readonly rgb: boolean;
}

function meanAndDeviation(arrays: readonly ArrayLike<number>[]): [number, number] {
  const reduce = (f: (value: number) => number): [number, number] => {
    let [sum, count] = [0, 0];
    for (const data of arrays) {
      for (let i = 0; i < data.length; i++) {
        if (Number.isNaN(data[i])) continue;
        sum += f(data[i]);
        count++;
      }
    }
    return [sum, count];
  };
  const [sum, count] = reduce((value) => value);
  const mean = sum / count;
  const [squares] = reduce((value) => (value - mean) ** 2);
  return [mean, Math.sqrt(squares / count)];
}

/** Percentiles with linear interpolation between neighbours, as NumPy's default. */
export function percentiles(arrays: readonly ArrayLike<number>[], percents: readonly number[]): number[] {
  const total = arrays.reduce((sum, data) => sum + data.length, 0);
  const all = new Float64Array(total);
  let count = 0;
  for (const data of arrays) {
    for (let i = 0; i < data.length; i++) if (!Number.isNaN(data[i])) all[count++] = data[i];
  }
  const sorted = all.subarray(0, count).sort();
  return percents.map((percent) => {
    const position = (percent / 100) * (count - 1);
    const below = Math.floor(position);
    const above = sorted[Math.min(below + 1, count - 1)];
    return sorted[below] + (above - sorted[below]) * (position - below);
  });
}

/** The four rules, numbered as in pyrtools: symmetric, full, two standard deviations, tenth and ninetieth percentile. */
function rangeByRule(rule: string, arrays: readonly ArrayLike<number>[]): Range {
  const full = extentOfAll(arrays);
  if (!full) return [0, 0];
  if (rule === "0") {
    const largest = Math.max(Math.abs(full[0]), Math.abs(full[1]));
    return [-largest, largest];
  }
  if (rule === "2") {
    const [mean, deviation] = meanAndDeviation(arrays);
    return [mean - 2 * deviation, mean + 2 * deviation];
  }
  if (rule === "3") {
    const [p10, p90] = percentiles(arrays, [10, 90]);
    return [p10 - (p90 - p10) / 8, p90 + (p90 - p10) / 8];
  }
  return full;
}

/** Pictures that share a range, as lists of their places. */
function groups(scope: string, count: number, columns: number): number[][] {
  const places = Array.from({ length: count }, (_, i) => i);
  const key: Record<string, (i: number) => number> = {
    indep: (i) => i,
    auto: () => 0,
    autorow: (i) => Math.floor(i / columns),
    autocol: (i) => i % columns,
    autocolcomplex: (i) => Math.floor((i % columns) / 2),
  };
  const found = new Map<number, number[]>();
  for (const place of places) {
    const of = key[scope](place);
    found.set(of, [...(found.get(of) ?? []), place]);
  }
  return [...found.values()];
}

function rangesByName(name: string, pictures: readonly Ranged[], columns: number): Range[] {
  if (/^indep.*(row|col)/.test(name)) {
    throw new PlotValueError(
      `vrange="${name}": indep cannot be used together with row or col. Use indepN, autoNrow or autoNcol.`,
    );
  }
  let [, base, rule, part] = name.match(/^(auto|indep)([0-3]?)(row|col|colcomplex)?$/) ?? [];
  if (!base) {
    warn(`Unknown vrange "${name}", using "auto1" instead.`);
    [base, rule, part] = ["auto", "1", ""];
  }
  const ranges = pictures.map((): Range => [0, 1]);
  for (const group of groups(base + (part ?? ""), pictures.length, columns)) {
    const plain = group.filter((i) => !pictures[i].rgb);
    const range = rangeByRule(
      rule,
      plain.flatMap((i) => pictures[i].data),
    );
    for (const i of plain) ranges[i] = range;
  }
  return ranges;
}

/** The range of each picture; those in colour keep [0, 1]. */
export function valueRanges(vrange: ValueRange, pictures: readonly Ranged[], columns: number): Range[] {
  if (typeof vrange === "string") return rangesByName(vrange, pictures, columns);
  const isPair = vrange.length === 2 && typeof vrange[0] === "number";
  const pairs = isPair ? pictures.map(() => vrange) : vrange;
  const wellFormed = (pairs as readonly unknown[]).every(
    (pair) => Array.isArray(pair) && pair.length === 2 && pair.every(Number.isFinite),
  );
  if (!wellFormed || pairs.length !== pictures.length) {
    throw new PlotValueError(
      "vrange must be the name of a rule, a pair [low, high], or as many pairs as there are images " +
        `(${pictures.length}), but got ${JSON.stringify(vrange)}.`,
    );
  }
  return pictures.map(({ rgb }, i) => (rgb ? [0, 1] : [...(pairs[i] as readonly [number, number])]));
}

/** Diverging colours for ranges that are symmetric by rule, else grey. */
export const defaultColormap = (vrange: ValueRange): "RdBu_r" | "gray" =>
  typeof vrange === "string" && vrange.includes("0") ? "RdBu_r" : "gray";
