import { kernelNames, read, run, type Tensor, tensor, tidy, withDevice } from "@plenoptic/tensor";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { splitInTwo, stagesOf } from "../src/kernels/fft/factors.js";
import { missing, numbers, relativeError, sizeOf, titled, webgpu } from "./support.js";

type Pair = [Float64Array, Float64Array];

/** Transform along one axis of `[outer, n, inner]` by the definition, at the given frequencies. */
function dft([re, im]: Pair, [outer, n, inner]: number[], sign: number, frequencies: number[]): Pair {
  const out: Pair = [
    new Float64Array(outer * frequencies.length * inner),
    new Float64Array(outer * frequencies.length * inner),
  ];
  const turns = Array.from({ length: n }, (_, k) => (sign * 2 * Math.PI * k) / n);
  const [cos, sin] = [turns.map(Math.cos), turns.map(Math.sin)];
  for (let o = 0; o < outer; o++) {
    for (let w = 0; w < inner; w++) {
      frequencies.forEach((k, at) => {
        let [sr, si] = [0, 0];
        for (let i = 0; i < n; i++) {
          const from = (o * n + i) * inner + w;
          const turn = (k * i) % n;
          sr += re[from] * cos[turn] - im[from] * sin[turn];
          si += re[from] * sin[turn] + im[from] * cos[turn];
        }
        const to = (o * frequencies.length + at) * inner + w;
        out[0][to] = sr;
        out[1][to] = si;
      });
    }
  }
  return out;
}

const range = (n: number) => Array.from({ length: n }, (_, i) => i);

function dft2(z: Pair, [count, h, w]: number[], sign: number, scale: number): Pair {
  const rows = dft(z, [count * h, w, 1], sign, range(w));
  const all = dft(rows, [count, h, w], sign, range(h));
  return all.map((part) => part.map((v) => scale * v)) as Pair;
}

async function onGpu(make: () => Tensor[]): Promise<Float64Array[]> {
  const list = withDevice(webgpu, () => tidy(make));
  const values = await Promise.all(list.map(async (x) => Float64Array.from(await read(x))));
  for (const x of list) x.dispose();
  return values;
}

const wide = (x: Float32Array) => Float64Array.from(x);

/** Powers of two, mixed radices, all single radices, primes that need a convolution, one row, one column, one point. */
const shapes = [
  [1, 1, 1],
  [2, 8, 16],
  [3, 5, 32],
  [1, 30, 12],
  [1, 7, 11],
  [2, 13, 9],
  [1, 17, 2],
  [2, 1, 19],
  [1, 64, 105],
  [1, 2, 512],
];

describe("the stages of a transform", () => {
  it("multiply to its length, and are missing exactly for large primes", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), (n) => {
        const stages = stagesOf(n);
        let rest = n;
        for (const p of [2, 3, 5, 7, 11, 13]) while (rest % p === 0) rest /= p;
        expect(stages === undefined).toBe(rest > 1);
        if (stages) expect(sizeOf(stages)).toBe(n);
      }),
    );
  });

  it("are split between two steps when they are too many for one", () => {
    expect(splitInTwo(8192, 2048)).toEqual([64, 128]);
    expect(splitInTwo(2048 * 2048, 2048)).toEqual([2048, 2048]);
    expect(splitInTwo(4096 * 2048, 2048)).toBeUndefined();
  });
});

describe.skipIf(missing)(titled("Fourier kernels of WebGPU"), () => {
  for (const shape of shapes) {
    const [, h, w] = shape;
    const half = Math.floor(w / 2) + 1;
    const size = sizeOf(shape);
    const z: [Float32Array, Float32Array] = [numbers(size, -1, 1, 1), numbers(size, -1, 1, 2)];

    for (const inverse of [false, true]) {
      it(`Fft2d of [${shape}]${inverse ? ", inverse" : ""} is the sum that defines it`, async () => {
        const [re, im] = await onGpu(() =>
          run<Tensor[]>(
            kernelNames.Fft2d,
            { real: tensor(z[0], shape), imag: tensor(z[1], shape) },
            { inverse, scale: 0.5 },
          ),
        );
        const expected = dft2([wide(z[0]), wide(z[1])], shape, inverse ? 1 : -1, 0.5);
        expect(relativeError([...re, ...im], [...expected[0], ...expected[1]])).toBeLessThan(1e-6);
      });
    }

    it(`Rfft2d of [${shape}] is half of it, and Rfft2dAdjoint its transpose`, async () => {
      const dy: [Float32Array, Float32Array] = [
        numbers(shape[0] * h * half, -1, 1, 3),
        numbers(shape[0] * h * half, -1, 1, 4),
      ];
      const halfShape = [shape[0], h, half];
      const [re, im] = await onGpu(() =>
        run<Tensor[]>(kernelNames.Rfft2d, { x: tensor(z[0], shape) }, { width: w, scale: 2 }),
      );
      const [back] = await onGpu(() => [
        run(
          kernelNames.Rfft2dAdjoint,
          { real: tensor(dy[0], halfShape), imag: tensor(dy[1], halfShape) },
          { width: w, scale: 2 },
        ),
      ]);
      const whole = dft2([wide(z[0]), new Float64Array(size)], shape, -1, 2);
      const columns = (part: Float64Array) => part.filter((_, i) => i % w < half);
      expect(relativeError([...re, ...im], [...columns(whole[0]), ...columns(whole[1])])).toBeLessThan(1e-6);
      // The half spectrum with zeros for the other columns, transformed back; its real part.
      const spread = dy.map((part) =>
        Float64Array.from({ length: size }, (_, i) =>
          i % w < half ? part[Math.floor(i / w) * half + (i % w)] : 0,
        ),
      ) as Pair;
      expect(relativeError(back, dft2(spread, shape, 1, 2)[0])).toBeLessThan(1e-6);
    });

    it(`Irfft2d of [${shape}] inverts Rfft2d; its adjoint counts the other half too`, async () => {
      const attrs = { width: w, scale: 1 / (h * w) };
      const [back] = await onGpu(() => {
        const [real, imag] = run<Tensor[]>(
          kernelNames.Rfft2d,
          { x: tensor(z[0], shape) },
          { width: w, scale: 1 },
        );
        return [run(kernelNames.Irfft2d, { real, imag }, attrs)];
      });
      expect(relativeError(back, z[0])).toBeLessThan(1e-6);
      const [re, im] = await onGpu(() =>
        run<Tensor[]>(kernelNames.Irfft2dAdjoint, { x: tensor(z[0], shape) }, { width: w, scale: 2 }),
      );
      const whole = dft2([wide(z[0]), new Float64Array(size)], shape, -1, 2);
      const columns = (part: Float64Array) =>
        part.map((v, i) => (i % w === 0 || 2 * (i % w) === w ? v : 2 * v)).filter((_, i) => i % w < half);
      expect(relativeError([...re, ...im], [...columns(whole[0]), ...columns(whole[1])])).toBeLessThan(1e-6);
    });
  }

  // Longer than the memory of a workgroup: products of small primes, and a prime.
  for (const [h, w] of [
    [1, 8192],
    [6000, 2],
    [1, 4099],
  ]) {
    it(`Fft2d and Rfft2d of [1, ${h}, ${w}], in several steps`, async () => {
      const shape = [1, h, w];
      const z = [numbers(h * w, -1, 1, 5), numbers(h * w, -1, 1, 6)];
      const [re, im] = await onGpu(() =>
        run<Tensor[]>(
          kernelNames.Fft2d,
          { real: tensor(z[0], shape), imag: tensor(z[1], shape) },
          { inverse: true, scale: 1 },
        ),
      );
      const [halfRe] = await onGpu(() =>
        run<Tensor[]>(kernelNames.Rfft2d, { x: tensor(z[0], shape) }, { width: w, scale: 1 }),
      );
      const picked = range(h * w).filter((i) => i % 131 === 0);
      const halfOf = (i: number) => Math.floor(i / w) * (Math.floor(w / 2) + 1) + (i % w);
      const inHalf = picked.filter((i) => i % w <= w / 2);
      const at = (pair: Pair, sign: number, list: number[]) => {
        const rows = dft(pair, [h, w, 1], sign, w === 2 ? [0, 1] : list.map((i) => i % w));
        if (h === 1) return rows;
        const columns = dft(
          rows,
          [1, h, 2],
          sign,
          list.map((i) => Math.floor(i / 2)),
        );
        return columns.map((part) => Float64Array.from(list, (i, k) => part[2 * k + (i % 2)])) as Pair;
      };
      const [er, ei] = at([wide(z[0]), wide(z[1])], 1, picked);
      const scale = Math.max(...re.map(Math.abs));
      picked.forEach((i, k) => {
        expect(Math.abs(re[i] - er[k]) + Math.abs(im[i] - ei[k])).toBeLessThan(2e-6 * scale);
      });
      const [hr] = at([wide(z[0]), new Float64Array(h * w)], -1, inHalf);
      inHalf.forEach((i, k) => {
        expect(Math.abs(halfRe[halfOf(i)] - hr[k])).toBeLessThan(2e-6 * scale);
      });
    });
  }
});
