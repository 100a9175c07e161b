import { type SteerableMasks, steerableMasks } from "@plenoptic/process";

/** The size of images, and how many scales and orientations a pyramid of them has. */
export interface PyramidLayout {
  readonly imageShape: readonly [height: number, width: number];
  readonly nScales: number;
  readonly nOrientations: number;
}

/** A real plane in the order of a Fourier transform. */
export interface Plane {
  readonly height: number;
  readonly width: number;
  readonly values: Float64Array;
}

/** What each statistic's linear part is in the Fourier domain: from the spectrum of the image in one step. */
export interface SpectralMasks {
  /** The highpass residual: a half plane. */
  readonly highpass: Plane;
  /** For each scale, from fine to coarse, one plane per orientation. Only one half of each differs from 0. */
  readonly bands: readonly (readonly Plane[])[];
  /** Of the image as it is at each scale, and then of the lowpass residual: half planes. */
  readonly images: readonly Plane[];
  /** The same in steps, which float64 takes: see {@link SteppedMasks}. */
  readonly stepped: readonly SteppedMasks[];
  /** What the lowpass residual is multiplied by as an image of its own, if its height or width is odd: a half plane. */
  readonly oddSize: Plane | undefined;
}

/**
 * How a level (from fine to coarse, then the lowpass residual) becomes its part of the image, in half planes of the level's size. The Python
 * library keeps a spectrum in float32, in every precision, when it goes from a scale to the next finer one, before the real part is taken.
 */
export interface SteppedMasks {
  /** For the spectrum at k and for its mirror image, which bands of one half of the plane treat differently; or one for both. */
  readonly own: readonly Plane[];
  /** Lowpass masks from the level's own to the finest, after each of which numbers are rounded. */
  readonly lowpasses: readonly Plane[];
  /** The last mask. */
  readonly lowpass0: Plane;
}

const place = (k: number, from: number, to: number) => (k < Math.ceil(from / 2) ? k : k - from + to);

/** The part of a plane that has the frequencies of a smaller one. */
function crop({ height, width, values }: Plane, h: number, w: number): Plane {
  const out = new Float64Array(h * w);
  for (let y = 0; y < h; y++) {
    const row = place(y, h, height) * width;
    for (let x = 0; x < w; x++) out[y * w + x] = values[row + place(x, w, width)];
  }
  return { height: h, width: w, values: out };
}

/** Adds a plane to a larger one, at its frequencies. */
function addTo(sum: Plane, { height, width, values }: Plane): void {
  for (let y = 0; y < height; y++) {
    const row = place(y, height, sum.height) * sum.width;
    for (let x = 0; x < width; x++) sum.values[row + place(x, width, sum.width)] += values[y * width + x];
  }
}

const times = (a: Plane, b: ArrayLike<number>): Plane => ({ ...a, values: a.values.map((v, i) => v * b[i]) });

/** m(k) and m(-k) for the left half of the plane. */
function bothHalves({ height, width, values }: Plane): [direct: Plane, mirrored: Plane] {
  const columns = Math.floor(width / 2) + 1;
  const direct = new Float64Array(height * columns);
  const mirrored = new Float64Array(height * columns);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < columns; x++) {
      direct[y * columns + x] = values[y * width + x];
      mirrored[y * columns + x] = values[((height - y) % height) * width + ((width - x) % width)];
    }
  }
  return [
    { height, width: columns, values: direct },
    { height, width: columns, values: mirrored },
  ];
}

/** (m(k) + m(-k)) / 2: what is left of a mask when the real part of the image is taken. */
function symmetricHalf(plane: Plane): Plane {
  const [direct, mirrored] = bothHalves(plane);
  return { ...direct, values: direct.values.map((v, i) => (v + mirrored.values[i]) / 2) };
}

/** Everything that is lower than each scale: the product of all lowpass masks down to it, at the scale's size. */
function lowpasses({ lowpass0, levels }: SteerableMasks, [height, width]: readonly number[]): Plane[] {
  const planes: Plane[] = [{ height, width, values: lowpass0 }];
  for (const { lowpass, lowHeight, lowWidth } of levels) {
    planes.push(times(crop(planes[planes.length - 1], lowHeight, lowWidth), lowpass));
  }
  return planes;
}

/** A scale decomposed into bands and put together again, at its own size. */
function throughBands(
  low: Plane,
  { highpass, angles, anglesForReconstruction }: SteerableMasks["levels"][number],
): Plane {
  const values = low.values.map((l, i) => {
    let sum = 0;
    angles.forEach((angle, o) => {
      sum += angle[i] * anglesForReconstruction[o][i];
    });
    return l * highpass[i] ** 2 * sum;
  });
  return { ...low, values };
}

/** The lowpass residual without its mean. */
function withoutMean({ height, width, values }: Plane): Plane {
  return { height, width, values: values.map((v, i) => (i === 0 ? 0 : v)) };
}

/** The image at each scale: the sum of all coarser scales and itself. */
function imageMasks(masks: SteerableMasks, lows: readonly Plane[]): Plane[] {
  const residual = withoutMean(lows[lows.length - 1]);
  const planes = [times(residual, residual.values)];
  for (let scale = masks.levels.length - 1; scale >= 0; scale--) {
    const plane = times(throughBands(lows[scale], masks.levels[scale]), lows[scale].values);
    addTo(plane, planes[0]);
    planes.unshift(plane);
  }
  return planes;
}

/** The same, step by step. */
function steppedMasks(masks: SteerableMasks, lows: readonly Plane[]): SteppedMasks[] {
  const whole = { height: lows[0].height, width: lows[0].width, values: masks.lowpass0 };
  return lows.map((low, level) => {
    const { height, width } = low;
    const half = (plane: Plane) => symmetricHalf(crop(plane, height, width));
    const finer = masks.levels.slice(0, level).reverse();
    return {
      own:
        level < masks.levels.length
          ? bothHalves(throughBands(low, masks.levels[level]))
          : [half(withoutMean(low))],
      lowpasses: finer.map(({ lowpass, lowHeight, lowWidth }) =>
        half({ height: lowHeight, width: lowWidth, values: lowpass }),
      ),
      lowpass0: half(whole),
    };
  });
}

/**
 * The published numbers shrink images as if their sizes were even: the highest negative frequency of an odd size becomes the mean of itself
 * and of a positive one, where nothing is. Of this, the real part of the image has half.
 */
function oddSizeMask({ height, width }: Plane): Plane | undefined {
  if (height % 2 === 0 && width % 2 === 0) return undefined;
  const factor = (k: number, n: number) => (n % 2 === 1 && n > 1 && k === (n + 1) / 2 ? 0.5 : 1);
  const values = Float64Array.from({ length: height * width }, (_, i) => {
    return factor(Math.floor(i / width), height) * factor(i % width, width);
  });
  return symmetricHalf({ height, width, values });
}

/**
 * The masks of all linear parts of the statistics, as plain numbers. They are products of the masks of a steerable pyramid: an image
 * that is reconstructed from some levels has been through each mask twice.
 */
export function spectralMasks({ imageShape, nScales, nOrientations }: PyramidLayout): SpectralMasks {
  const masks = steerableMasks(imageShape, { height: nScales, order: nOrientations - 1, isComplex: true });
  const lows = lowpasses(masks, imageShape);
  const [height, width] = imageShape;
  const oddSize = oddSizeMask(lows[nScales]);
  const images = imageMasks(masks, lows).map(symmetricHalf);
  if (oddSize) images[nScales] = times(images[nScales], oddSize.values);
  return {
    highpass: symmetricHalf({ height, width, values: masks.highpass }),
    bands: masks.levels.map(({ highpass, angles }, scale) =>
      angles.map((angle) => times(times(lows[scale], highpass), angle)),
    ),
    images,
    stepped: steppedMasks(masks, lows),
    oddSize,
  };
}
