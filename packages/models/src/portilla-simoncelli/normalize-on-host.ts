// The arithmetic of normalize.ts on plain numbers, and its derivative. One image at a time; groups are read and written where they lie
// among all numbers, the redundant ones too.
import type { FloatArray, HostArray } from "@plenoptic/tensor";
import type { Layout, StatisticName } from "./layout.js";

/** Numbers of scales and so on that decide what the measurements are. */
export interface NormalizeAttrs {
  readonly nScales: number;
  readonly nOrientations: number;
  readonly spatialCorrWidth: number;
  /** Pixels of an image. */
  readonly pixelCount: number;
  /** A variance is faint below this part of the image's: the digits that a number has, as `torch.finfo(…).resolution`. */
  readonly resolution: number;
  readonly layout: Layout;
}

/** The measurements of one image, or the gradients with respect to them. */
interface Numbers {
  /** The values of an input that belong to the image. */
  of(name: string): FloatArray;
}

const sizeOf = (shape: readonly number[]) => shape.reduce((n, extent) => n * extent, 1);

/** What belongs to one of the images. */
function numbersOf(inputs: Record<string, HostArray>, p: number): Numbers {
  return {
    of: (name) => {
      const { values, shape } = inputs[name];
      const size = sizeOf(shape.slice(1));
      return values.subarray(p * size, (p + 1) * size);
    },
  };
}

/** Where each group begins among all numbers. */
function startsOf({ groups }: Layout): { starts: Record<StatisticName, number>; total: number } {
  let total = 0;
  const entries = groups.map(({ name, shape }) => {
    const start = total;
    total += sizeOf(shape);
    return [name, start];
  });
  return { starts: Object.fromEntries(entries), total };
}

/** All that visiting the statistics needs. */
interface Scene {
  readonly attrs: NormalizeAttrs;
  readonly starts: Record<StatisticName, number>;
  readonly x: Numbers;
  /** All statistics of the image, or the gradients with respect to them. */
  readonly all: Float64Array;
}

const cube = (root: number) => root * root * root;

/** The variance of the pixels, unbiased. */
const pixelVariance = ({ x, attrs }: Scene) =>
  (x.of("pixels")[1] * attrs.pixelCount) / (attrs.pixelCount - 1);

function pixelStatistics(scene: Scene): void {
  const { x, all, starts } = scene;
  const variance = pixelVariance(scene);
  const [mean, , third, fourth, least, largest] = x.of("pixels");
  const skew = third / cube(Math.sqrt(variance));
  const kurtosis = fourth / (variance * variance);
  all.set([mean, variance, skew, kurtosis, least, largest], starts.pixel_statistics);
}

function pixelGradients(scene: Scene, d: Numbers): void {
  const { x, all, starts, attrs } = scene;
  const [gMean, gVariance, gSkew, gKurtosis, gLeast, gLargest] = all.subarray(starts.pixel_statistics);
  const v = pixelVariance(scene);
  const [, , third, fourth] = x.of("pixels");
  const sigma3 = cube(Math.sqrt(v));
  const dv = gVariance - (1.5 * gSkew * third) / (sigma3 * v) - (2 * gKurtosis * fourth) / (v * v * v);
  const dSecond = (dv * attrs.pixelCount) / (attrs.pixelCount - 1);
  d.of("pixels").set([gMean, dSecond, gSkew / sigma3, gKurtosis / (v * v), gLeast, gLargest]);
}

/** Where the autocorrelations of one image or band lie: the shift is the first axis of the group. */
interface Window {
  readonly start: number;
  readonly step: number;
}

/** Writes autocorrelations, and gives the variance. */
function correlate(lags: FloatArray, { start, step }: Window, all: Float64Array): number {
  const variance = lags[middleOf(lags.length)];
  for (let i = 0; i < lags.length; i++) all[start + i * step] = lags[i] / variance;
  return variance;
}

/** The index of no shift in a window of n shifts. */
function middleOf(n: number): number {
  const width = Math.round(Math.sqrt(n));
  return Math.floor(width / 2) * (width + 1);
}

/** The gradient with respect to autocovariances, given that with respect to the variance otherwise. */
function correlationGradient(
  lags: FloatArray,
  { start, step }: Window,
  all: Float64Array,
  dVariance: number,
  to: FloatArray,
): void {
  const middle = middleOf(lags.length);
  const variance = lags[middle];
  let back = dVariance;
  for (let i = 0; i < lags.length; i++) {
    const g = all[start + i * step];
    to[i] = g / variance;
    back -= (g * lags[i]) / (variance * variance);
  }
  to[middle] += back;
}

function imageStatistics(scene: Scene): void {
  const { x, all, starts, attrs } = scene;
  const count = attrs.nScales + 1;
  for (let s = 0; s < count; s++) {
    const window = { start: starts.auto_correlation_reconstructed + s, step: count };
    const v = correlate(x.of(`imageLags${s}`), window, all);
    const [, , third, fourth] = x.of(`imagePowers${s}`);
    const isFaint = v / pixelVariance(scene) < attrs.resolution;
    all[starts.skew_reconstructed + s] = isFaint ? 0 : third / cube(Math.sqrt(v));
    all[starts.kurtosis_reconstructed + s] = isFaint ? 3 : fourth / (v * v);
    all[starts.std_reconstructed + s] = Math.sqrt(v);
  }
}

function imageGradients(scene: Scene, d: Numbers): void {
  const { x, all, starts, attrs } = scene;
  const count = attrs.nScales + 1;
  for (let s = 0; s < count; s++) {
    const lags = x.of(`imageLags${s}`);
    const v = lags[middleOf(lags.length)];
    const [, , third, fourth] = x.of(`imagePowers${s}`);
    const sigma = Math.sqrt(v);
    let dv = all[starts.std_reconstructed + s] / (2 * sigma);
    if (!(v / pixelVariance(scene) < attrs.resolution)) {
      const gSkew = all[starts.skew_reconstructed + s];
      const gKurtosis = all[starts.kurtosis_reconstructed + s];
      d.of(`imagePowers${s}`).set([0, 0, gSkew / cube(sigma), gKurtosis / (v * v)]);
      dv -= (1.5 * gSkew * third) / (cube(sigma) * v) + (2 * gKurtosis * fourth) / (v * v * v);
    }
    const window = { start: starts.auto_correlation_reconstructed + s, step: count };
    correlationGradient(lags, window, all, dv, d.of(`imageLags${s}`));
  }
}

/** The parts of the means of products: see `bandProducts`. */
function partsOf(means: FloatArray, count: number) {
  let at = 0;
  const next = (n: number) => {
    at += n;
    return means.subarray(at - n, at);
  };
  return {
    m: next(count),
    mm: next(count * count),
    n: next(count),
    nn: next(count),
    mn: next(count * count),
    rr: next(count),
    dd: next(2 * count),
    rd: next(2 * count * count),
  };
}

/** Autocovariances of orientation o. */
function lagsOf(x: Numbers, s: number, o: number, { spatialCorrWidth: w }: NormalizeAttrs): FloatArray {
  return x.of(`lags${s}`).subarray(o * w * w, (o + 1) * w * w);
}

/** Where band (o, s) lies in a group whose last axes are orientation and scale. */
const bandAt = (o: number, s: number, { nScales }: NormalizeAttrs) => o * nScales + s;

const windowOf = ({ starts, attrs }: Scene, o: number, s: number): Window => ({
  start: starts.auto_correlation_magnitude + bandAt(o, s, attrs),
  step: attrs.nOrientations * attrs.nScales,
});

/** Variances of the magnitudes of scale s. */
function variancesOf(x: Numbers, s: number, attrs: NormalizeAttrs): Float64Array {
  return Float64Array.from({ length: attrs.nOrientations }, (_, o) => {
    const lags = lagsOf(x, s, o, attrs);
    return lags[middleOf(lags.length)];
  });
}

function scaleStatistics(scene: Scene, s: number): void {
  const { x, all, starts, attrs } = scene;
  const { nOrientations: count, nScales } = attrs;
  const { m, mm, n, nn, mn, rr, dd, rd } = partsOf(x.of(`means${s}`), count);
  const variances = variancesOf(x, s, attrs);
  for (let i = 0; i < count; i++) {
    correlate(lagsOf(x, s, i, attrs), windowOf(scene, i, s), all);
    all[starts.magnitude_std + bandAt(i, s, attrs)] = Math.sqrt(variances[i]);
    for (let j = 0; j < count; j++) {
      const covariance = mm[i * count + j] - m[i] * m[j];
      const at = starts.cross_orientation_correlation_magnitude + (i * count + j) * nScales + s;
      all[at] = covariance / Math.sqrt(variances[i] * variances[j]);
    }
  }
  if (s === nScales - 1) return;
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) {
      const covariance = mn[i * count + j] - m[i] * n[j];
      const at = starts.cross_scale_correlation_magnitude + (i * count + j) * (nScales - 1) + s;
      all[at] = covariance / Math.sqrt(variances[i] * (nn[j] - n[j] * n[j]));
    }
    for (let j = 0; j < 2 * count; j++) {
      const at = starts.cross_scale_correlation_real + (i * 2 * count + j) * (nScales - 1) + s;
      all[at] = rd[i * 2 * count + j] / Math.sqrt(rr[i] * dd[j]);
    }
  }
}

/** Correlations between the orientations of scale s: adds to the gradients of means and variances. */
function orientationGradients(scene: Scene, s: number, d: Numbers, dVariances: Float64Array): void {
  const { x, all, starts, attrs } = scene;
  const { nOrientations: count, nScales } = attrs;
  const { m, mm } = partsOf(x.of(`means${s}`), count);
  const to = partsOf(d.of(`means${s}`), count);
  const variances = variancesOf(x, s, attrs);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) {
      const g = all[starts.cross_orientation_correlation_magnitude + (i * count + j) * nScales + s];
      const norm = Math.sqrt(variances[i] * variances[j]);
      const correlation = (mm[i * count + j] - m[i] * m[j]) / norm;
      to.mm[i * count + j] += g / norm;
      to.m[i] -= (g * m[j]) / norm;
      to.m[j] -= (g * m[i]) / norm;
      dVariances[i] -= (g * correlation) / (2 * variances[i]);
      dVariances[j] -= (g * correlation) / (2 * variances[j]);
    }
  }
}

/** Correlations of magnitudes with those of the next coarser scale. */
function magnitudeGradients(scene: Scene, s: number, d: Numbers, dVariances: Float64Array): void {
  const { x, all, starts, attrs } = scene;
  const { nOrientations: count, nScales } = attrs;
  const { m, n, nn, mn } = partsOf(x.of(`means${s}`), count);
  const to = partsOf(d.of(`means${s}`), count);
  const variances = variancesOf(x, s, attrs);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) {
      const g = all[starts.cross_scale_correlation_magnitude + (i * count + j) * (nScales - 1) + s];
      const coarse = nn[j] - n[j] * n[j];
      const norm = Math.sqrt(variances[i] * coarse);
      const correlation = (mn[i * count + j] - m[i] * n[j]) / norm;
      const dCoarse = -(g * correlation) / (2 * coarse);
      to.mn[i * count + j] += g / norm;
      to.m[i] -= (g * n[j]) / norm;
      to.n[j] -= (g * m[i]) / norm + 2 * n[j] * dCoarse;
      to.nn[j] += dCoarse;
      dVariances[i] -= (g * correlation) / (2 * variances[i]);
    }
  }
}

/** Correlations of real parts with the next coarser scale's. */
function realGradients({ x, all, starts, attrs }: Scene, s: number, d: Numbers): void {
  const { nOrientations: count, nScales } = attrs;
  const { rr, dd, rd } = partsOf(x.of(`means${s}`), count);
  const to = partsOf(d.of(`means${s}`), count);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < 2 * count; j++) {
      const g = all[starts.cross_scale_correlation_real + (i * 2 * count + j) * (nScales - 1) + s];
      const norm = Math.sqrt(rr[i] * dd[j]);
      const correlation = rd[i * 2 * count + j] / norm;
      to.rd[i * 2 * count + j] += g / norm;
      to.rr[i] -= (g * correlation) / (2 * rr[i]);
      to.dd[j] -= (g * correlation) / (2 * dd[j]);
    }
  }
}

function scaleGradients(scene: Scene, s: number, d: Numbers): void {
  const { x, all, starts, attrs } = scene;
  const variances = variancesOf(x, s, attrs);
  const dVariances = variances.map((v, o) => {
    return all[starts.magnitude_std + bandAt(o, s, attrs)] / (2 * Math.sqrt(v));
  });
  orientationGradients(scene, s, d, dVariances);
  if (s < attrs.nScales - 1) {
    magnitudeGradients(scene, s, d, dVariances);
    realGradients(scene, s, d);
  }
  for (let o = 0; o < attrs.nOrientations; o++) {
    const to = lagsOf(d, s, o, attrs);
    correlationGradient(lagsOf(x, s, o, attrs), windowOf(scene, o, s), all, dVariances[o], to);
  }
}

/** What {@link normalize} gives. */
export function normalizeOnHost(inputs: Record<string, HostArray>, attrs: NormalizeAttrs): HostArray {
  const [planes] = inputs.pixels.shape;
  const { starts, total } = startsOf(attrs.layout);
  const { necessary } = attrs.layout;
  const values = new Float64Array(planes * necessary.length);
  const all = new Float64Array(total);
  for (let p = 0; p < planes; p++) {
    const scene: Scene = { attrs, starts, x: numbersOf(inputs, p), all };
    pixelStatistics(scene);
    imageStatistics(scene);
    for (let s = 0; s < attrs.nScales; s++) scaleStatistics(scene, s);
    all[starts.var_highpass_residual] = scene.x.of("highpass")[0];
    necessary.forEach((place, i) => {
      values[p * necessary.length + i] = all[place];
    });
  }
  return { shape: [planes, necessary.length], values };
}

/** The gradients with respect to all inputs but `dy`, by name. */
export function normalizationGradient(
  { dy, ...inputs }: Record<string, HostArray>,
  attrs: NormalizeAttrs,
): Record<string, HostArray> {
  const [planes] = inputs.pixels.shape;
  const { starts, total } = startsOf(attrs.layout);
  const { necessary } = attrs.layout;
  const names = Object.keys(inputs);
  const grads = Object.fromEntries(
    names.map((name) => [
      name,
      { shape: inputs[name].shape, values: new Float64Array(sizeOf(inputs[name].shape)) },
    ]),
  );
  const all = new Float64Array(total);
  for (let p = 0; p < planes; p++) {
    all.fill(0);
    necessary.forEach((place, i) => {
      all[place] = dy.values[p * necessary.length + i];
    });
    const scene: Scene = { attrs, starts, x: numbersOf(inputs, p), all };
    const d = numbersOf(grads, p);
    pixelGradients(scene, d);
    imageGradients(scene, d);
    for (let s = 0; s < attrs.nScales; s++) scaleGradients(scene, s, d);
    d.of("highpass")[0] = all[starts.var_highpass_residual];
  }
  return grads;
}
