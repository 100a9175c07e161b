/** A scale that statistics belong to: bands are numbered from the finest, 0. */
export type Scale = "pixel_statistics" | "residual_lowpass" | "residual_highpass" | number;

/** The groups of statistics under their published names, in the order of the representation. */
export const statisticNames = [
  "pixel_statistics",
  "auto_correlation_magnitude",
  "skew_reconstructed",
  "kurtosis_reconstructed",
  "auto_correlation_reconstructed",
  "std_reconstructed",
  "cross_orientation_correlation_magnitude",
  "magnitude_std",
  "cross_scale_correlation_magnitude",
  "cross_scale_correlation_real",
  "var_highpass_residual",
] as const;

/** The published name of a group of statistics. */
export type StatisticName = (typeof statisticNames)[number];

/** What decides which statistics there are. */
export interface LayoutOptions {
  readonly nScales: number;
  readonly nOrientations: number;
  readonly spatialCorrWidth: number;
}

/** One group: an array of statistics, of which some may say nothing new. */
export interface StatisticGroup {
  readonly name: StatisticName;
  /** Less batch and channel. */
  readonly shape: readonly number[];
  /** Positions of the necessary numbers in the group, row-major, in order. */
  readonly necessary: readonly number[];
  /** Where the necessary numbers of this group begin in the representation. */
  readonly start: number;
}

/** Where each number of the representation comes from. */
export interface Layout {
  readonly groups: readonly StatisticGroup[];
  /** Positions of the necessary numbers among all numbers of all groups. */
  readonly necessary: readonly number[];
  /** Of each number of the representation. */
  readonly scales: readonly Scale[];
}

type Index = readonly number[];

/** What the numbers of one group are: how many, of which scale, and which of them are necessary. */
interface Rule {
  readonly shape: readonly number[];
  scaleOf(index: Index): Scale;
  isNecessary?(index: Index): boolean;
}

/** Every index of a shape, row-major. */
function indicesOf(shape: readonly number[]): Index[] {
  return shape.reduce<Index[]>(
    (all, extent) => all.flatMap((index) => Array.from({ length: extent }, (_, i) => [...index, i])),
    [[]],
  );
}

/**
 * An autocorrelation is the same at opposite shifts, r(-Δ) = r(Δ), and 1 where nothing is shifted: of the window only the
 * lower triangle counts, of its diagonal the half before the centre. A window of even width has its centre below the middle,
 * and its first row holds shifts that have no opposite inside.
 */
function isNecessaryShift([i, j]: Index, width: number): boolean {
  if (i === j && i >= Math.floor(width / 2)) return false;
  return i >= j || (width % 2 === 0 && i === 0);
}

function rulesFor({
  nScales: n,
  nOrientations: k,
  spatialCorrWidth: w,
}: LayoutOptions): Record<StatisticName, Rule> {
  const band = (index: Index): Scale => index[index.length - 1];
  const bandOrLowpass = (index: Index): Scale => (band(index) === n ? "residual_lowpass" : band(index));
  const isShift = (index: Index) => isNecessaryShift(index, w);
  const moments: Rule = { shape: [n + 1], scaleOf: bandOrLowpass };
  return {
    pixel_statistics: { shape: [6], scaleOf: () => "pixel_statistics" },
    auto_correlation_magnitude: { shape: [w, w, k, n], scaleOf: band, isNecessary: isShift },
    skew_reconstructed: moments,
    kurtosis_reconstructed: moments,
    auto_correlation_reconstructed: { shape: [w, w, n + 1], scaleOf: bandOrLowpass, isNecessary: isShift },
    std_reconstructed: moments,
    // Symmetric, and 1 on its diagonal.
    cross_orientation_correlation_magnitude: {
      shape: [k, k, n],
      scaleOf: band,
      isNecessary: ([i, j]) => i > j,
    },
    magnitude_std: { shape: [k, n], scaleOf: band },
    // Of each scale with the next coarser one: they belong to the finer of the two.
    cross_scale_correlation_magnitude: { shape: [k, k, n - 1], scaleOf: band },
    cross_scale_correlation_real: { shape: [k, 2 * k, n - 1], scaleOf: band },
    var_highpass_residual: { shape: [1], scaleOf: () => "residual_highpass" },
  };
}

/**
 * The layout of the representation: all groups one after the other, each row-major, less the redundant numbers.
 *
 * @param options - numbers of scales and orientations, and the width of the windows of autocorrelations
 */
export function makeLayout(options: LayoutOptions): Layout {
  const rules = rulesFor(options);
  const groups: StatisticGroup[] = [];
  const necessary: number[] = [];
  const scales: Scale[] = [];
  let offset = 0;
  for (const name of statisticNames) {
    const { shape, scaleOf, isNecessary = () => true } = rules[name];
    const indices = indicesOf(shape);
    const kept = indices.flatMap((index, i) => (isNecessary(index) ? [i] : []));
    groups.push({ name, shape, necessary: kept, start: scales.length });
    for (const i of kept) {
      necessary.push(offset + i);
      scales.push(scaleOf(indices[i]));
    }
    offset += indices.length;
  }
  return { groups, necessary, scales };
}

/** The scales from coarse to fine, as coarse-to-fine synthesis takes them up. */
export function scalesFromCoarse(nScales: number): Scale[] {
  const bands = Array.from({ length: nScales }, (_, i) => nScales - 1 - i);
  return ["pixel_statistics", "residual_lowpass", ...bands, "residual_highpass"];
}
