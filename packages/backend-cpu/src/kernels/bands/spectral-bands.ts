import { kernelNames } from "@plenoptic/tensor";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { CpuBackend } from "../../backend.js";
import { type Parts, type Planes, planesOf, swapped, transformColumns, transformRows } from "../fft.js";
import { expectFloats, type Kernel, sizeOf } from "../kernel.js";

/**
 * Which signs real and imaginary parts get when a spectrum is multiplied by iᵗ (bits 0 and 1) and when its mirror image's conjugate is
 * (bits 2 and 3). With odd t the parts change places.
 */
const signsOf = [0b1000, 0b0001, 0b0111, 0b1110] as const;

/** Those on the way back, where what goes to the mirror image is conjugated after the multiplication by i⁻ᵗ. */
const signsBack = [0b1000, 0b1101, 0b0111, 0b0010] as const;

interface Geometry {
  readonly attrs: kernelNames.SpectralBandsAttrs;
  readonly height: number;
  readonly columns: number;
  readonly bands: number;
  readonly maskHeight: number;
  readonly maskWidth: number;
  readonly band: Planes;
}

function geometryOf(masks: TensorInfo, attrs: kernelNames.SpectralBandsAttrs): Geometry {
  const [bands, maskHeight, maskWidth] = masks.shape;
  const [height, width] = attrs.image;
  const band = { planes: 1, height: attrs.size[0], width: attrs.size[1] };
  return { attrs, height, columns: Math.floor(width / 2) + 1, bands, maskHeight, maskWidth, band };
}

/**
 * Transforms the rows of a band's spectrum. Rows of zeros need no transform, if it is in place; that it can be where rows are whole
 * vectors, for otherwise what is written beyond the end of a row would spoil the next before it is read.
 */
function transformMaskedRows(
  { maskHeight, band, attrs }: Geometry,
  from: Parts,
  to: Parts,
  backend: CpuBackend,
): void {
  const { height, width } = band;
  const { scale } = attrs;
  const upper = Math.ceil(maskHeight / 2);
  const lower = maskHeight - upper;
  if (from[0] !== to[0] || upper + lower === height) {
    transformRows({ rows: height, width, scale }, from, to, backend);
    return;
  }
  transformRows({ rows: upper, width, scale }, to, to, backend);
  if (lower === 0) return;
  const offset = (height - lower) * width * backend.floatBytes;
  const rest: Parts = [to[0] + offset, to[1] + offset];
  transformRows({ rows: lower, width, scale }, rest, rest, backend);
}

const canRunInPlace = ({ band }: Geometry, backend: CpuBackend) =>
  band.width % (16 / backend.floatBytes) === 0;

/** Runs `fn` with `count` pairs of planes of a band's size. */
function withPlanes(
  { band }: Geometry,
  count: number,
  backend: CpuBackend,
  fn: (planes: readonly Parts[]) => void,
): void {
  const bytes = band.height * band.width * backend.floatBytes;
  const planes = Array.from(
    { length: count },
    (): Parts => [backend.allocator.allocate(bytes), backend.allocator.allocate(bytes)],
  );
  fn(planes);
  for (const block of planes.flat()) backend.allocator.release(block);
}

/** The arguments of the functions that go between half spectra and bands' spectra. */
function placement(g: Geometry, spectrum: Parts, mask: number, signs: number, band: Parts): number[] {
  const { height, columns, maskHeight, maskWidth } = g;
  return [
    ...[...spectrum, height, columns, mask, maskHeight, maskWidth, signs],
    ...[...band, g.band.height, g.band.width],
  ];
}

/** The parts as iᵗ brings them: with odd t in the other order. */
const orderedBy = (turns: number, parts: Parts) => (turns % 2 === 1 ? swapped(parts) : parts);

const forward: Kernel = {
  name: kernelNames.SpectralBands,
  run: ({ real, imag, masks }, backend, rawAttrs) => {
    expectFloats("SpectralBands", real, imag, masks);
    const g = geometryOf(masks, rawAttrs as unknown as kernelNames.SpectralBandsAttrs);
    const lead = real.shape.slice(0, -2);
    const outputs = [0, 1].map(() => backend.output([...lead, g.bands, ...g.attrs.size]));
    const [xr, xi, yr, yi] = [real, imag, ...outputs].map((x) => backend.address(x));
    const bytes = backend.floatBytes;
    const step = g.height * g.columns * bytes;
    const bandStep = g.band.height * g.band.width * bytes;
    const { turns } = g.attrs;
    // Spectra are made in one and the same place, which stays in the cache; bands are written once.
    withPlanes(g, canRunInPlace(g, backend) ? 1 : 2, backend, ([work, other = work]) => {
      for (let p = 0, k = 0; p < sizeOf(lead); p++) {
        const from = orderedBy(turns, [xr + p * step, xi + p * step]);
        for (let o = 0; o < g.bands; o++, k++) {
          const to: Parts = [yr + k * bandStep, yi + k * bandStep];
          const mask = backend.address(masks) + o * g.maskHeight * g.maskWidth * bytes;
          backend.fn("bandFill")(...placement(g, from, mask, signsOf[turns], work));
          transformMaskedRows(g, swapped(work), swapped(other), backend);
          transformColumns(g.band, swapped(other), swapped(to), backend);
        }
      }
    });
    return outputs;
  },
};

const adjoint: Kernel = {
  name: kernelNames.SpectralBandsAdjoint,
  run: ({ real, imag, masks }, backend, rawAttrs) => {
    expectFloats("SpectralBandsAdjoint", real, imag, masks);
    const g = geometryOf(masks, rawAttrs as unknown as kernelNames.SpectralBandsAttrs);
    const lead = real.shape.slice(0, -3);
    const outputs = [0, 1].map(() => backend.output([...lead, g.height, g.columns]));
    const [yr, yi, xr, xi] = [real, imag, ...outputs].map((x) => backend.address(x));
    const bytes = backend.floatBytes;
    const step = g.height * g.columns * bytes;
    const bandStep = g.band.height * g.band.width * bytes;
    const turns = (4 - g.attrs.turns) % 4;
    withPlanes(g, canRunInPlace(g, backend) ? 1 : 2, backend, ([work, other = work]) => {
      for (let p = 0, k = 0; p < sizeOf(lead); p++) {
        const to: Parts = [xr + p * step, xi + p * step];
        for (const address of to) backend.floats(address, g.height * g.columns).fill(0);
        for (let o = 0; o < g.bands; o++, k++) {
          const from: Parts = [yr + k * bandStep, yi + k * bandStep];
          transformColumns(g.band, from, work, backend);
          transformMaskedRows(g, work, other, backend);
          const mask = backend.address(masks) + o * g.maskHeight * g.maskWidth * bytes;
          backend.fn("bandCollect")(...placement(g, to, mask, signsBack[turns], orderedBy(turns, other)));
        }
      }
    });
    return outputs;
  },
};

const masked: Kernel = {
  name: kernelNames.MaskSpectrum,
  run: ({ real, imag, mask }, backend) => {
    expectFloats("MaskSpectrum", real, imag, mask);
    const { planes, height, width: columns } = planesOf(real.shape);
    const [h, v] = mask.shape;
    return [real, imag].map((x) => {
      const y = backend.output([...x.shape.slice(0, -2), h, v]);
      const [from, by, to] = [x, mask, y].map((t) => backend.address(t));
      backend.fn("maskSpectrum")(from, planes, height, columns, by, h, v, to);
      return y;
    });
  },
};

const unmasked: Kernel = {
  name: kernelNames.MaskSpectrumAdjoint,
  run: ({ real, imag, mask }, backend, rawAttrs) => {
    expectFloats("MaskSpectrumAdjoint", real, imag, mask);
    const { height, columns } = rawAttrs as unknown as kernelNames.MaskSpectrumAttrs;
    const { planes } = planesOf(real.shape);
    const [h, v] = mask.shape;
    return [real, imag].map((y) => {
      const x = backend.output([...y.shape.slice(0, -2), height, columns]);
      const [from, by, to] = [y, mask, x].map((t) => backend.address(t));
      backend.fn("unmaskSpectrum")(to, planes, height, columns, by, h, v, from);
      return x;
    });
  },
};

export const spectralBandKernels: Kernel[] = [forward, adjoint, masked, unmasked];
