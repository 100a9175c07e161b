import { kernelNames as K } from "@plenoptic/tensor";
import { type NumberArray, spread } from "./arrays.js";
import { bandSizes, maskSizes } from "./ops/bands.js";
import type { KernelCall } from "./types.js";

const pair = (shape: readonly number[], seed: number) => ({
  real: spread(shape, -1, 2, seed),
  imag: spread(shape, -2, 1, seed + 1),
});

const spectralCalls = bandSizes.flatMap(({ lead, image, mask, size }, i): KernelCall[] => {
  const half = [...lead, image[0], Math.floor(image[1] / 2) + 1];
  const masks = spread(mask, -1, 2, 3);
  return [0, 1, 2, 3].flatMap((turns) => {
    const attrs = { image, size, turns, scale: 0.25 };
    const title = `of size ${i}, turned ${turns} times`;
    return [
      { kernel: K.SpectralBands, title, inputs: { ...pair(half, 4), masks }, attrs },
      {
        kernel: K.SpectralBandsAdjoint,
        title,
        inputs: { ...pair([...lead, mask[0], ...size], 5), masks },
        attrs,
      },
    ];
  });
});

const maskCalls = maskSizes.flatMap(({ spectrum, mask }, i): KernelCall[] => {
  const [height, columns] = spectrum.slice(-2);
  const by = { mask: spread(mask, -1, 2, 3) };
  const attrs = { height, columns };
  const small = [...spectrum.slice(0, -2), ...mask];
  return [
    { kernel: K.MaskSpectrum, title: `of size ${i}`, inputs: { ...pair(spectrum, 1), ...by }, attrs },
    { kernel: K.MaskSpectrumAdjoint, title: `of size ${i}`, inputs: { ...pair(small, 2), ...by }, attrs },
  ];
});

const lagCalls = [1, 2, 3, 4, 7].flatMap((lags) =>
  [true, false].flatMap((demean): KernelCall[] =>
    [
      [7, 9],
      [2, 16, 16],
      [3, 2, 8, 11],
    ]
      .map((shape) => {
        const [h, w] = shape.slice(-2);
        const inputs = pair([...shape.slice(0, -2), h, Math.floor(w / 2) + 1], 6);
        return { shape, inputs, attrs: { width: w, lags, demean } };
      })
      .flatMap(({ shape, inputs, attrs }) => {
        const title = `of [${shape.join(", ")}], ${lags} lags${demean ? ", demeaned" : ""}`;
        const dy = spread([...shape.slice(0, -2), lags, lags], -1, 2, 9);
        return [
          { kernel: K.SpectrumLags, title, inputs, attrs },
          { kernel: K.SpectrumLagsGradient, title, inputs: { ...inputs, dy }, attrs },
        ];
      }),
  ),
);

const meansCalls = [
  [3, 5],
  [2, 3, 16, 16],
  [1, 70, 33],
].flatMap((shape): KernelCall[] => {
  const x = spread(shape, -1, 1.5, 2);
  const dy = spread([...shape.slice(0, -2), 4], -1, 2, 9);
  const many = spread([...shape.slice(0, -2), 6], -1, 2, 9);
  const title = `of [${shape.join(", ")}]`;
  return [
    { kernel: K.PowerMeans, title, inputs: { x }, attrs: {} },
    { kernel: K.PowerMeansGradient, title, inputs: { x, dy }, attrs: {} },
    { kernel: K.ImageMoments, title, inputs: { x }, attrs: {} },
    { kernel: K.ImageMomentsGradient, title, inputs: { x, dy: many }, attrs: {} },
  ];
});

/** Bands with a zero among them. */
function bandsOf(shape: readonly number[], seed: number): { real: NumberArray; imag: NumberArray } {
  const { real, imag } = pair(shape, seed);
  const zeroed = ({ values }: NumberArray) => Float64Array.from(values, (v, i) => (i === 1 ? 0 : v));
  return { real: { shape, values: zeroed(real) }, imag: { shape, values: zeroed(imag) } };
}

const productCalls = [
  [1, 4, 16, 16],
  [2, 3, 5, 7],
  [1, 1, 9, 31],
  [2, 6, 20, 13],
  [1, 2, 1, 1],
].flatMap((shape): KernelCall[] => {
  const [planes, bands] = shape;
  const fine = bandsOf(shape, 1);
  const u = bandsOf(shape, 5);
  const both = { ...fine, coarseReal: u.real, coarseImag: u.imag };
  const gradients = (count: number) => ({
    dMagnitude: spread(shape, -1, 2, 8),
    dMeans: spread([planes, count], -1, 2, 9),
  });
  const title = `of [${shape.join(", ")}]`;
  const few = gradients(bands * (1 + bands));
  const many = gradients(bands * (6 + 4 * bands));
  return [
    { kernel: K.BandMagnitudes, title, inputs: fine, attrs: {} },
    { kernel: K.BandMagnitudesGradient, title, inputs: { ...fine, ...few }, attrs: {} },
    { kernel: K.BandProducts, title, inputs: both, attrs: {} },
    { kernel: K.BandProductsGradient, title, inputs: { ...both, ...many }, attrs: {} },
  ];
});

const roundingCalls: readonly KernelCall[] = [
  { kernel: K.RoundToFloat32, title: "of [5, 67]", inputs: { x: spread([5, 67], -1, 2) }, attrs: {} },
];

/** The kernels of bands with the attributes they are tried with. */
export const bandCalls: readonly KernelCall[] = [
  ...spectralCalls,
  ...maskCalls,
  ...lagCalls,
  ...meansCalls,
  ...productCalls,
  ...roundingCalls,
];
