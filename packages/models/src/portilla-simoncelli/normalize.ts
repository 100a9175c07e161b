import {
  concat,
  declareOp,
  deviceOf,
  div,
  expandDims,
  gradientOf,
  less,
  mul,
  pow,
  reshape,
  run,
  slice,
  sqrt,
  square,
  stack,
  sub,
  type Tensor,
  transpose,
  where,
} from "@plenoptic/tensor";
import { joinGroups } from "./conversion.js";
import type { Measurements } from "./measurements.js";
import { type NormalizeAttrs, normalizationGradient, normalizeOnHost } from "./normalize-on-host.js";

/** The numbers from `begin` on along the last axis. */
function part(x: Tensor, begin: number, count: number): Tensor {
  const lead = x.shape.slice(0, -1);
  return slice(x, [...lead.map(() => 0), begin], [...lead, count]);
}

/** a_i b_j along the last axes of `a` and `b`. */
const outer = (a: Tensor, b: Tensor): Tensor => mul(expandDims(a, a.rank), expandDims(b, b.rank - 1));

const secondToLast = (x: Tensor): Tensor => {
  const [first, second, ...rest] = x.shape.map((_, i) => i);
  return transpose(x, [first, ...rest, second]);
};

/** Mean, variance, skew, kurtosis, least and largest of the pixels. The variance is the unbiased one. */
function pixelStatistics({ pixels }: Measurements, { pixelCount }: NormalizeAttrs) {
  const variance = mul(part(pixels, 1, 1), pixelCount / (pixelCount - 1));
  const skew = div(part(pixels, 2, 1), pow(variance, 1.5));
  const kurtosis = div(part(pixels, 3, 1), square(variance));
  return concat([part(pixels, 0, 1), variance, skew, kurtosis, part(pixels, 4, 2)], 1);
}

/** Autocorrelations and the variances that they were divided by. */
function normalizedLags(lags: Tensor): { correlations: Tensor; variances: Tensor } {
  const middle = Math.floor(lags.shape[lags.rank - 1] / 2);
  const lead = lags.shape.slice(0, -2);
  const variances = slice(lags, [...lead.map(() => 0), middle, middle], [...lead, 1, 1]);
  return { correlations: div(lags, variances), variances: reshape(variances, lead) };
}

/** Of magnitudes of bands: within a scale. */
function bandStatistics({ means, lags }: Measurements, { nOrientations: count }: NormalizeAttrs) {
  const { correlations, variances } = normalizedLags(stack(lags, 1));
  const own = stack(
    means.map((all) => part(all, 0, count * (1 + count))),
    1,
  );
  const m = part(own, 0, count);
  const products = reshape(part(own, count, count * count), [...m.shape, count]);
  const orientation = div(sub(products, outer(m, m)), sqrt(outer(variances, variances)));
  const statistics = {
    // [P, S, O, w, w] to [P, w, w, O, S].
    auto_correlation_magnitude: transpose(correlations, [0, 3, 4, 2, 1]),
    cross_orientation_correlation_magnitude: secondToLast(orientation),
    magnitude_std: secondToLast(sqrt(variances)),
  };
  return { statistics, variances, m };
}

/** With the next coarser scale. None if there is one scale. */
function crossScaleStatistics(
  { means }: Measurements,
  { variances, m }: { variances: Tensor; m: Tensor },
  { nOrientations: count, nScales }: NormalizeAttrs,
): Record<string, Tensor> {
  if (nScales === 1) return {};
  const fine = (x: Tensor) => slice(x, [0, 0], [x.shape[0], nScales - 1]);
  const grid = (x: Tensor, columns: number) => reshape(x, [...x.shape.slice(0, -1), count, columns]);
  const both = stack(means.slice(0, -1), 1);
  let begin = count * (1 + count);
  const next = (length: number) => {
    begin += length;
    return part(both, begin - length, length);
  };
  const n = next(count);
  const nVariances = sub(next(count), square(n));
  const crossed = sub(grid(next(count * count), count), outer(fine(m), n));
  const squares = [next(count), next(2 * count)] as const;
  const real = grid(next(2 * count * count), 2 * count);
  return {
    cross_scale_correlation_magnitude: secondToLast(div(crossed, sqrt(outer(fine(variances), nVariances)))),
    cross_scale_correlation_real: secondToLast(div(real, sqrt(outer(...squares)))),
  };
}

/** Of the image as it is at each scale: autocorrelations, standard deviations, skews and kurtoses. */
function imageStatistics(
  { imageLags, imagePowers }: Measurements,
  imageVariance: Tensor,
  resolution: number,
) {
  const { correlations, variances } = normalizedLags(stack(imageLags, 1));
  const powers = stack(imagePowers, 1);
  // So little that rounding would decide: as of a normal distribution.
  const isFaint = less(div(variances, imageVariance), resolution);
  const moment = (k: number) => reshape(part(powers, k - 1, 1), variances.shape);
  return {
    skew_reconstructed: where(isFaint, 0, div(moment(3), pow(variances, 1.5))),
    kurtosis_reconstructed: where(isFaint, 3, div(moment(4), square(variances))),
    auto_correlation_reconstructed: transpose(correlations, [0, 2, 3, 1]),
    std_reconstructed: sqrt(variances),
  };
}

function compose(measured: Measurements, attrs: NormalizeAttrs): Tensor {
  const pixels = pixelStatistics(measured, attrs);
  const bands = bandStatistics(measured, attrs);
  const groups = {
    pixel_statistics: pixels,
    ...bands.statistics,
    ...imageStatistics(measured, part(pixels, 1, 1), attrs.resolution),
    ...crossScaleStatistics(measured, bands, attrs),
    var_highpass_residual: measured.highpass,
  };
  return joinGroups(groups, attrs.layout);
}

const lists = ["means", "lags", "imageLags", "imagePowers"] as const;
const singles = ["pixels", "highpass"] as const;

/** The measurements as inputs of an op: lists become `means0`, `means1`, … */
function flatten(measured: Measurements): Record<string, Tensor> {
  const entries = lists.flatMap((name) => measured[name].map((x, i) => [`${name}${i}`, x] as const));
  return Object.fromEntries([...singles.map((name) => [name, measured[name]] as const), ...entries]);
}

/** Names of the inputs for so many scales. */
function inputNames(nScales: number): string[] {
  const count = (name: (typeof lists)[number]) => (name.startsWith("image") ? nScales + 1 : nScales);
  const listed = lists.flatMap((name) => Array.from({ length: count(name) }, (_, i) => `${name}${i}`));
  return [...singles, ...listed];
}

function unflatten(inputs: Record<string, Tensor>): Measurements {
  const list = (name: string) => {
    const found: Tensor[] = [];
    for (let i = 0; inputs[`${name}${i}`]; i++) found.push(inputs[`${name}${i}`]);
    return found;
  };
  const one = Object.fromEntries(singles.map((name) => [name, inputs[name]]));
  const many = Object.fromEntries(lists.map((name) => [name, list(name)]));
  return { ...one, ...many } as unknown as Measurements;
}

/** Ops have fixed lists of inputs, so each number of scales has its own. */
const declared = new Map<number, string>();

function declare(nScales: number): string {
  const known = declared.get(nScales);
  if (known) return known;
  const names = inputNames(nScales);
  const kernelName = `PlenopticTextureStatistics${nScales}`;
  const gradientName = `${kernelName}Gradient`;
  const zip = (xs: readonly Tensor[]) => Object.fromEntries(names.map((name, i) => [name, xs[i]]));
  const composeGradient = (xs: readonly Tensor[], dy: Tensor, attrs: NormalizeAttrs) =>
    gradientOf((...ys) => [compose(unflatten(zip(ys)), attrs)], xs, [dy]);
  declareOp({
    kernelName,
    compose: (inputs, attrs) => compose(unflatten(inputs), attrs as unknown as NormalizeAttrs),
    onHost: (inputs, attrs) => normalizeOnHost(inputs, attrs as unknown as NormalizeAttrs),
    inputsToSave: names,
    gradient: (dy, saved, attrs) => {
      const grads = run<Tensor[]>(gradientName, { ...zip(saved), dy }, attrs);
      return Object.fromEntries(names.map((name, i) => [name, () => grads[i]]));
    },
  });
  declareOp({
    kernelName: gradientName,
    compose: ({ dy, ...inputs }, attrs) =>
      composeGradient(
        names.map((name) => inputs[name]),
        dy,
        attrs as unknown as NormalizeAttrs,
      ),
    onHost: (inputs, attrs) => {
      const grads = normalizationGradient(inputs, attrs as unknown as NormalizeAttrs);
      return names.map((name) => grads[name]);
    },
    inputsToSave: [...names, "dy"],
    gradient: (dys, saved, attrs) => {
      const again = (...xs: Tensor[]) =>
        composeGradient(xs.slice(0, -1), xs[xs.length - 1], attrs as unknown as NormalizeAttrs);
      const grads = gradientOf(again, saved, dys as unknown as Tensor[]);
      return Object.fromEntries([...names, "dy"].map((name, i) => [name, () => grads[i]]));
    },
  });
  declared.set(nScales, kernelName);
  return kernelName;
}

/** What the statistics of a model depend on besides the measurements. */
export type NormalizeOptions = Omit<NormalizeAttrs, "resolution">;

/**
 * The statistics that measurements give, the necessary ones: variances become standard deviations, covariances correlations, moments
 * skews and kurtoses.
 *
 * @returns `[P, N]`
 */
export function normalize(measured: Measurements, options: NormalizeOptions): Tensor {
  const resolution = deviceOf(measured.pixels).dtype === "float64" ? 1e-15 : 1e-6;
  const attrs: NormalizeAttrs = { ...options, resolution };
  return run(declare(options.nScales), flatten(measured), attrs);
}

/** The op for so many scales, composed of other ops and on the host: for tests that compare the two. */
export const normalizationOp = declare;
