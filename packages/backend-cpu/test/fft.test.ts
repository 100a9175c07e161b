import { dispose, fft2, ifft2, irfft2, readSync, rfft2, type Tensor, tensor, tidy } from "@plenoptic/tensor";
import { describeDevices, spreadNumbers } from "@plenoptic/testing";
import { engine } from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import type { CpuBackend } from "../src/index.js";
import { fftPlanFor, mostPlans } from "../src/kernels/fft-plan.js";
import { radicesOf } from "../src/kernels/fft-tables.js";

const backend = () => engine().backend as CpuBackend;
const product = (list: readonly number[]) => list.reduce((a, b) => a * b, 1);
const noise = (shape: number[], seed = 1) => tensor(spreadNumbers(product(shape), -1, 1, seed), shape);

describe("the order of passes", () => {
  it("multiplies up to the length, with 4 at the ends where it can be", () => {
    for (let n = 1; n <= 600; n++) {
      const radices = radicesOf(n);
      if (radices) expect(product(radices)).toBe(n);
      else expect(largestPrimeFactor(n)).toBeGreaterThan(97);
    }
    expect(radicesOf(1)).toEqual([]);
    expect(radicesOf(256)).toEqual([4, 4, 4, 4]);
    expect(radicesOf(480)).toEqual([4, 3, 5, 2, 4]);
    expect(radicesOf(2 * 101)).toBeUndefined();
  });
});

function largestPrimeFactor(n: number): number {
  let [rest, largest] = [n, 1];
  for (let p = 2; rest > 1; p++) {
    for (; rest % p === 0; rest /= p) largest = p;
  }
  return largest;
}

describeDevices("plans of Fourier transforms", () => {
  it("are made once for a length", () => {
    for (const n of [7, 64, 101]) {
      const plan = fftPlanFor(n, backend());
      const before = backend().memory();
      expect(fftPlanFor(n, backend())).toBe(plan);
      expect(backend().memory()).toEqual(before);
    }
  });

  it("make room for each other, the one unused for longest first, and give all memory back", () => {
    // One length stays in use while all others are replaced; later it is replaced too, and comes back.
    const kept = fftPlanFor(96, backend());
    for (let n = 1; n <= mostPlans; n++) {
      fftPlanFor(1000 + n, backend());
      fftPlanFor(96, backend());
    }
    expect(fftPlanFor(96, backend())).toBe(kept);
    const { liveBytes } = backend().memory();
    for (let n = 1; n < mostPlans; n++) fftPlanFor(3000 + n, backend());
    for (let n = 1; n < mostPlans; n++) fftPlanFor(1001 + n, backend());
    expect(fftPlanFor(96, backend())).not.toBe(kept);
    expect(backend().memory().liveBytes).toBe(liveBytes);
  });

  it("transforms give their buffers back and do not let the heap grow", () => {
    const once = (x: Tensor, y: Tensor) => {
      const width = x.shape[3];
      const z = fft2({ real: x, imag: y });
      const back = ifft2(z);
      const half = rfft2(x);
      dispose(z, back, half, irfft2(half, width));
    };
    for (const shape of [
      [2, 1, 16, 48],
      [1, 1, 15, 14],
      [1, 2, 101, 202],
    ]) {
      const [x, y] = [noise(shape, 1), noise(shape, 2)];
      for (let i = 0; i < 3; i++) once(x, y);
      const before = backend().memory();
      for (let i = 0; i < 50; i++) once(x, y);
      expect(backend().memory()).toEqual(before);
      dispose(x, y);
    }
  });

  it("give the same bits on each call, however blocks of memory lie, and touch nothing around them", () => {
    for (const shape of [
      [3, 17, 32],
      [2, 9, 10],
      [1, 5, 103],
    ]) {
      const [x, y] = [noise(shape, 1), noise(shape, 2)];
      const run = () =>
        tidy(() => {
          const { real, imag } = fft2({ real: x, imag: y });
          const half = rfft2(x);
          return [real, imag, half.real, irfft2(half, shape[2])].flatMap((t) => [...readSync(t)]);
        });
      const first = run();
      // Neighbours of other sizes move the blocks, and show any value written beyond an end.
      const neighbours = [5, 60, 700, 8000, 90].map((count, i) => noise([count], i));
      const seen = neighbours.map((t) => [...readSync(t)]);
      expect(run()).toEqual(first);
      expect(neighbours.map((t) => [...readSync(t)])).toEqual(seen);
      expect([...readSync(x)]).toEqual([...readSync(noise(shape, 1))]);
      dispose(neighbours);
    }
  });
});
