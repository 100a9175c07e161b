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

/** Transforms the columns in which a band's spectrum has anything, in place: the others are zeros, or not wanted. */
function transformMaskedColumns({ maskWidth, band }: Geometry, at: Parts, backend: CpuBackend): void {
  const { width } = band;
  const right = Math.ceil(maskWidth / 2);
  const left = maskWidth - right;
  if (right + left === width) {
    transformColumns(band, at, at, backend);
    return;
  }
  transformColumns(band, at, at, backend, { first: 0, count: right });
  if (left > 0) transformColumns(band, at, at, backend, { first: width - left, count: left });
}

function transformAllRows({ band, attrs }: Geometry, from: Parts, to: Parts, backend: CpuBackend): void {
  transformRows({ rows: band.height, width: band.width, scale: attrs.scale }, from, to, backend);
}

/** Runs `fn` with a pair of planes of a band's size: made and transformed in one and the same place, spectra stay in the cache. */
function withPlane({ band }: Geometry, backend: CpuBackend, fn: (plane: Parts) => void): void {
  const bytes = band.height * band.width * backend.floatBytes;
  const plane: Parts = [backend.allocator.allocate(bytes), backend.allocator.allocate(bytes)];
  fn(plane);
  for (const block of plane) backend.allocator.release(block);
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
    withPlane(g, backend, (work) => {
      for (let p = 0, k = 0; p < sizeOf(lead); p++) {
        const from = orderedBy(turns, [xr + p * step, xi + p * step]);
        for (let o = 0; o < g.bands; o++, k++) {
          const to: Parts = [yr + k * bandStep, yi + k * bandStep];
          const mask = backend.address(masks) + o * g.maskHeight * g.maskWidth * bytes;
          backend.fn("bandFill")(...placement(g, from, mask, signsOf[turns], work));
          transformMaskedColumns(g, swapped(work), backend);
          transformAllRows(g, swapped(work), swapped(to), backend);
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
    withPlane(g, backend, (work) => {
      for (let p = 0, k = 0; p < sizeOf(lead); p++) {
        const to: Parts = [xr + p * step, xi + p * step];
        for (const address of to) backend.floats(address, g.height * g.columns).fill(0);
        for (let o = 0; o < g.bands; o++, k++) {
          const from: Parts = [yr + k * bandStep, yi + k * bandStep];
          transformAllRows(g, from, work, backend);
          transformMaskedColumns(g, work, backend);
          const mask = backend.address(masks) + o * g.maskHeight * g.maskWidth * bytes;
          backend.fn("bandCollect")(...placement(g, to, mask, signsBack[turns], orderedBy(turns, work)));
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
