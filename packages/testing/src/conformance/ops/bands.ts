import * as T from "@plenoptic/tensor";
import { arrayOf, at, type NumberArray, sizeOf, spread } from "../arrays.js";
import type { OpCase } from "../types.js";

/** Spectra and bands of equal and of different sizes, even and odd. */
export const bandSizes = [
  { lead: [2], image: [8, 8], mask: [2, 8, 8], size: [8, 8] },
  { lead: [1, 2], image: [12, 10], mask: [3, 6, 5], size: [6, 5] },
  { lead: [], image: [8, 16], mask: [1, 4, 8], size: [8, 16] },
  { lead: [1], image: [9, 7], mask: [2, 3, 3], size: [5, 4] },
  { lead: [1], image: [6, 5], mask: [2, 1, 1], size: [3, 1] },
  { lead: [2], image: [32, 32], mask: [4, 16, 16], size: [32, 32] },
] as const;

export const maskSizes = [
  { spectrum: [2, 8, 5], mask: [8, 5] },
  { spectrum: [8, 9], mask: [4, 5] },
  { spectrum: [1, 2, 9, 4], mask: [3, 2] },
  { spectrum: [3, 6, 4], mask: [1, 1] },
  { spectrum: [1, 33, 17], mask: [16, 9] },
] as const;

const frequency = (k: number, n: number) => (k < Math.ceil(n / 2) ? k : k - n);
const wrap = (k: number, n: number) => ((k % n) + n) % n;
const angle = (turns: number) => 2 * Math.PI * (turns - Math.round(turns));

/** The bands by their definition, one sum for each value. */
function bands(
  [real, imag, masks]: readonly NumberArray[],
  image: readonly number[],
  size: readonly number[],
  turns: number,
): NumberArray[] {
  const lead = real.shape.slice(0, -2);
  const [count, mh, mw] = masks.shape;
  const [cosine, sine] = [
    [1, 0, -1, 0],
    [0, 1, 0, -1],
  ].map((table) => table[turns]);
  const value = (index: number[], part: 0 | 1) => {
    const [y, x] = index.slice(-2);
    const [front, o] = [index.slice(0, -3), index[index.length - 3]];
    let sum = 0;
    for (let r = 0; r < mh; r++) {
      for (let c = 0; c < mw; c++) {
        const [u, v] = [frequency(r, mh), frequency(c, mw)];
        const place = v >= 0 ? [wrap(u, image[0]), v] : [wrap(-u, image[0]), -v];
        const [a, b] = [at(real, [...front, ...place]), at(imag, [...front, ...place]) * (v >= 0 ? 1 : -1)];
        const [re, im] = [a * cosine - b * sine, a * sine + b * cosine];
        const phase = angle((u * y) / size[0] + (v * x) / size[1]);
        const [cos, sin] = [Math.cos(phase), Math.sin(phase)];
        sum += at(masks, [o, r, c]) * (part === 0 ? re * cos - im * sin : re * sin + im * cos);
      }
    }
    return sum / (size[0] * size[1]);
  };
  const shape = [...lead, count, ...size];
  return [arrayOf(shape, (i) => value(i, 0)), arrayOf(shape, (i) => value(i, 1))];
}

const parts = (shape: readonly number[], seed = 4) => [
  spread(shape, -1, 2, seed),
  spread(shape, -1, 2, seed + 4),
];

const spectralCases = bandSizes.slice(0, 5).map(({ lead, image, mask, size }, i): OpCase => {
  const turns = i % 4;
  return {
    ops: ["spectralBands"],
    title: `of [${image.join(", ")}] by [${mask.join(", ")}] to [${size.join(", ")}]`,
    inputs: [...parts([...lead, image[0], Math.floor(image[1] / 2) + 1]), spread(mask, -1, 2)],
    apply: (real, imag, masks) => {
      const found = T.spectralBands({ real, imag }, masks, { width: image[1], size, turns });
      return [found.real, found.imag];
    },
    oracle: (...inputs) => bands(inputs, image, size, turns),
    differentiate: i === 1 || i === 3 ? [0, 1] : [],
  };
});

const maskCases = maskSizes.slice(0, 4).map(({ spectrum, mask }, i): OpCase => {
  const [h] = mask;
  const height = spectrum.at(-2) as number;
  return {
    ops: ["maskSpectrum"],
    title: `of [${spectrum.join(", ")}] by [${mask.join(", ")}]`,
    inputs: [...parts(spectrum), spread(mask, -1, 2)],
    apply: (real, imag, by) => {
      const found = T.maskSpectrum({ real, imag }, by);
      return [found.real, found.imag];
    },
    oracle: (real, imag, by) =>
      [real, imag].map((x) =>
        arrayOf([...spectrum.slice(0, -2), ...mask], (index) => {
          const [r, c] = index.slice(-2);
          return at(x, [...index.slice(0, -2), wrap(frequency(r, h), height), c]) * at(by, [r, c]);
        }),
      ),
    differentiate: i === 1 ? [0, 1] : [],
  };
});

/** Autocorrelation by its definition. */
function autocorrelation(x: NumberArray, lags: number, demean: boolean): NumberArray {
  const [h, w] = x.shape.slice(-2);
  return arrayOf([...x.shape.slice(0, -2), lags, lags], (index) => {
    const [front, [i, j]] = [index.slice(0, -2), index.slice(-2)];
    const [dy, dx] = [i - Math.floor(lags / 2), j - Math.floor(lags / 2)];
    let [sum, total] = [0, 0];
    for (let y = 0; y < h; y++) {
      for (let c = 0; c < w; c++) {
        sum += at(x, [...front, y, c]) * at(x, [...front, wrap(y + dy, h), wrap(c + dx, w)]);
        total += at(x, [...front, y, c]);
      }
    }
    const mean = demean ? total / (h * w) : 0;
    return sum / (h * w) - mean * mean;
  });
}

const lagCases = (
  [
    [[5, 7], 3, false],
    [[2, 8, 8], 4, true],
    [[1, 1, 9, 8], 7, true],
  ] as const
).map(
  ([shape, lags, demean]): OpCase => ({
    ops: ["spectrumLags"],
    title: `of [${shape.join(", ")}], ${lags} lags${demean ? ", demeaned" : ""}`,
    inputs: [spread(shape, -1, 2)],
    apply: (x) => T.spectrumLags(T.rfft2(x), lags, { width: shape[shape.length - 1], demean }),
    oracle: (x) => autocorrelation(x, lags, demean),
    differentiate: [0],
  }),
);

const meansCases = [
  [3, 5],
  [2, 6, 7],
].map(
  (shape): OpCase => ({
    ops: ["powerMeans"],
    title: `of [${shape.join(", ")}]`,
    inputs: [spread(shape, -1, 2)],
    apply: (x) => T.powerMeans(x),
    oracle: (x) => {
      const [h, w] = shape.slice(-2);
      return arrayOf([...shape.slice(0, -2), 4], (index) => {
        const values = arrayOf([h, w], (place) => at(x, [...index.slice(0, -1), ...place])).values;
        return Array.from(values).reduce((sum, v) => sum + v ** (1 + (index.at(-1) as number)), 0) / (h * w);
      });
    },
    differentiate: [0],
  }),
);

const momentCases = [
  [3, 5],
  [2, 6, 7],
].map(
  (shape): OpCase => ({
    ops: ["imageMoments"],
    title: `of [${shape.join(", ")}]`,
    inputs: [spread(shape, -1, 2)],
    apply: (x) => T.imageMoments(x),
    oracle: (x) => {
      const [h, w] = shape.slice(-2);
      return arrayOf([...shape.slice(0, -2), 6], (index) => {
        const values = Array.from(
          arrayOf([h, w], (place) => at(x, [...index.slice(0, -1), ...place])).values,
        );
        const mean = values.reduce((sum, v) => sum + v, 0) / (h * w);
        const moment = (k: number) => values.reduce((sum, v) => sum + (v - mean) ** k, 0) / (h * w);
        const all = [mean, moment(2), moment(3), moment(4), Math.min(...values), Math.max(...values)];
        return all[index.at(-1) as number];
      });
    },
    differentiate: [0],
  }),
);

/** The largest value occurs twice: both have half of its gradient. */
const equalExtremes: OpCase = {
  ops: ["imageMoments"],
  title: "gradient where extremes are equal",
  inputs: [{ shape: [2, 3], values: [4, 1, 4, 2, 1, 1] }],
  apply: (x) => T.grad((image) => T.imageMoments(image))(x, T.tensor([0, 0, 0, 0, 3, 2])),
  oracle: () => ({ shape: [2, 3], values: [1, 1, 1, 0, 1, 1] }),
};

/** All means in the order that the op documents. */
function products([zr, zi, ur, ui]: readonly NumberArray[]): NumberArray[] {
  const [planes, count, h, w] = zr.shape;
  const positions = Array.from(arrayOf([h, w], () => 0).values, (_, i) => [Math.floor(i / w), i % w]);
  const orders = Array.from({ length: count }, (_, k) => k);
  const mean = (f: (place: number[]) => number) =>
    positions.reduce((sum, place) => sum + f(place), 0) / positions.length;
  const means = Array.from({ length: planes }, (_, p) => {
    const value = (x: NumberArray, o: number, place: number[]) => at(x, [p, o, ...place]);
    const size = (re: NumberArray, im: NumberArray, o: number, place: number[]) =>
      Math.sqrt(value(re, o, place) ** 2 + value(im, o, place) ** 2);
    const m = (o: number) => (place: number[]) => size(zr, zi, o, place);
    const all = [...orders.map((o) => mean(m(o)))];
    const pairs = (
      a: readonly number[],
      b: readonly number[],
      f: (i: number, j: number, place: number[]) => number,
    ) => a.flatMap((i) => b.map((j) => mean((place) => f(i, j, place))));
    all.push(...pairs(orders, orders, (i, j, place) => m(i)(place) * m(j)(place)));
    if (!ur) return all;
    const n = (o: number, place: number[]) => size(ur, ui, o, place);
    const d = (j: number, place: number[]) => {
      const [o, isReal] = [j % count, j < count];
      const [p2, q2, length] = [value(ur, o, place), value(ui, o, place), n(o, place)];
      return length === 0 ? 0 : (isReal ? p2 * p2 - q2 * q2 : 2 * p2 * q2) / length;
    };
    const doubled = Array.from({ length: 2 * count }, (_, k) => k);
    all.push(...orders.map((o) => mean((place) => n(o, place))));
    all.push(...orders.map((o) => mean((place) => n(o, place) ** 2)));
    all.push(...pairs(orders, orders, (i, j, place) => m(i)(place) * n(j, place)));
    all.push(...orders.map((o) => mean((place) => value(zr, o, place) ** 2)));
    all.push(...doubled.map((j) => mean((place) => d(j, place) ** 2)));
    all.push(...pairs(orders, doubled, (i, j, place) => value(zr, i, place) * d(j, place)));
    return all;
  });
  const magnitude = arrayOf(zr.shape, (index) => Math.sqrt(at(zr, index) ** 2 + at(zi, index) ** 2));
  return [magnitude, { shape: [planes, means[0].length], values: means.flat() }];
}

const productCases = [
  [1, 2, 3, 5],
  [2, 3, 4, 4],
].flatMap((shape): OpCase[] => {
  const title = `of [${shape.join(", ")}]`;
  const small = sizeOf(shape) < 40;
  return [
    {
      ops: ["bandProducts"],
      title,
      inputs: parts(shape, 1),
      apply: (real, imag) => {
        const { magnitude, means } = T.bandProducts({ real, imag });
        return [magnitude, means];
      },
      oracle: (...inputs) => products(inputs),
      differentiate: small ? [0, 1] : [],
    },
    {
      ops: ["bandProducts"],
      title: `${title} with coarser ones`,
      inputs: [...parts(shape, 1), ...parts(shape, 2)],
      apply: (real, imag, coarseReal, coarseImag) => {
        const { magnitude, means } = T.bandProducts({ real, imag }, { real: coarseReal, imag: coarseImag });
        return [magnitude, means];
      },
      oracle: (...inputs) => products(inputs),
      differentiate: small ? [0, 1, 2, 3] : [],
    },
  ];
});

const tenths: NumberArray = { shape: [4], values: [0.1, -0.2, 1e-30, 12345.678] };

const roundingCase: OpCase = {
  ops: ["roundToFloat32"],
  title: "of tenths",
  inputs: [tenths],
  apply: (x) => T.roundToFloat32(x),
  oracle: ({ shape, values }) => ({ shape, values: Float32Array.from(values) }),
  exact: true,
};

export const bandCases: readonly OpCase[] = [
  ...spectralCases,
  ...maskCases,
  ...lagCases,
  ...meansCases,
  ...momentCases,
  equalExtremes,
  ...productCases,
  roundingCase,
];
