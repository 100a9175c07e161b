import { kernelNames, scalarMath } from "@plenoptic/tensor";
import type { CpuBackend } from "../../backend.js";
import { halfOf, planesOf } from "../fft.js";
import { expectFloats, type Kernel } from "../kernel.js";
import { Recent } from "../recent.js";

/** Cosines and sines for displacements along rows and columns, in the module's memory (laid out as assembly/bands/lags.ts says). */
interface Waves {
  readonly rows: number;
  readonly columns: number;
}

/** cos (part 0) or sin (part 1) of 2π d k / n. */
const wave = (d: number, k: number, n: number, part: 0 | 1) => scalarMath.rootOfUnity((d * k) % n, n)[part];

function build(height: number, width: number, count: number, backend: CpuBackend): Waves {
  const columns = halfOf(width);
  const lanes = 16 / backend.floatBytes;
  const stride = Math.ceil(columns / lanes) * lanes;
  const across = new Float64Array(2 * count * stride);
  const down = new Float64Array(2 * count * height);
  for (let d = 0; d < count; d++) {
    for (const part of [0, 1] as const) {
      for (let v = 0; v < columns; v++) {
        const occurs = v === 0 || 2 * v === width ? 1 : 2;
        across[(2 * d + part) * stride + v] = (wave(d, v, width, part) * occurs) / (height * width) ** 2;
      }
      for (let u = 0; u < height; u++) down[(2 * d + part) * height + u] = wave(d, u, height, part);
    }
  }
  const { allocator } = backend;
  const made = {
    rows: allocator.allocate(down.byteLength),
    columns: allocator.allocate(across.length * backend.floatBytes),
  };
  backend.floats(made.columns, across.length).set(across);
  new Float64Array(backend.wasm.memory.buffer, made.rows, down.length).set(down);
  return made;
}

const mostSizes = 32;
const waves = new Recent<string, Waves>(mostSizes, ({ rows, columns }, { allocator }) => {
  allocator.release(rows);
  allocator.release(columns);
});

function wavesFor(height: number, width: number, lags: number, backend: CpuBackend): Waves {
  const count = Math.floor(lags / 2) + 1;
  return waves.get(backend, `${height} ${width} ${count}`, () => build(height, width, count, backend));
}

/** Runs `fn` with work space for a row and the sums or gradients of all displacements. */
function withWork(columns: number, lags: number, backend: CpuBackend, fn: (work: number) => void): void {
  const count = Math.floor(lags / 2) + 1;
  const work = backend.allocator.allocate(columns * backend.floatBytes + 32 + 16 * count * (count + 1));
  fn(work);
  backend.allocator.release(work);
}

const forward: Kernel = {
  name: kernelNames.SpectrumLags,
  run: ({ real, imag }, backend, rawAttrs) => {
    expectFloats("SpectrumLags", real, imag);
    const { width, lags, demean } = rawAttrs as unknown as kernelNames.SpectrumLagsAttrs;
    const { planes, height, width: columns } = planesOf(real.shape);
    const y = backend.output([...real.shape.slice(0, -2), lags, lags]);
    const waves = wavesFor(height, width, lags, backend);
    withWork(columns, lags, backend, (work) => {
      const [zr, zi, to] = [real, imag, y].map((x) => backend.address(x));
      const size = [planes, height, columns, lags, demean ? 1 : 0];
      backend.fn("spectrumLags")(zr, zi, ...size, waves.rows, waves.columns, to, work);
    });
    return y;
  },
};

const gradient: Kernel = {
  name: kernelNames.SpectrumLagsGradient,
  run: ({ real, imag, dy }, backend, rawAttrs) => {
    expectFloats("SpectrumLagsGradient", real, imag, dy);
    const { width, lags, demean } = rawAttrs as unknown as kernelNames.SpectrumLagsAttrs;
    const { planes, height, width: columns } = planesOf(real.shape);
    const outputs = [backend.output(real.shape), backend.output(real.shape)];
    const waves = wavesFor(height, width, lags, backend);
    withWork(columns, lags, backend, (work) => {
      const [zr, zi, g, yr, yi] = [real, imag, dy, ...outputs].map((x) => backend.address(x));
      const size = [planes, height, columns, lags, demean ? 1 : 0];
      backend.fn("spectrumLagsGradient")(zr, zi, g, ...size, waves.rows, waves.columns, yr, yi, work);
    });
    return outputs;
  },
};

export const lagKernels: Kernel[] = [forward, gradient];
