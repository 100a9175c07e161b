import "@plenoptic/backend-cpu";
import {
  checkGradient,
  describeDevices,
  relativeError,
  spreadNumbers,
  withoutLeak,
} from "@plenoptic/testing";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import {
  activeDevice,
  add,
  type ComplexPair,
  concat,
  declaredOps,
  fft2,
  ifft2,
  irfft2,
  kernelNames,
  mul,
  readSync,
  rfft2,
  run,
  ShapeError,
  scalarMath,
  slice,
  sub,
  sum,
  sumSquares,
  type Tensor,
  tensor,
  tidy,
  tile,
  valueAndGrads,
  zeros,
  zerosLike,
} from "../src/index.js";
import { useReference } from "./reference-device.js";

interface Values {
  re: Float64Array;
  im: Float64Array;
}

const noise = (count: number, seed = 1) => Float64Array.from(spreadNumbers(count, -1, 1, seed), Math.fround);
const complexNoise = (count: number): Values => ({ re: noise(count, 1), im: noise(count, 2) });
const halfOf = (width: number) => Math.floor(width / 2) + 1;

/** Roots of unity by the host's functions, which the kernels do not use. */
function roots(n: number, sign: number) {
  const angle = (k: number) => (2 * Math.PI * Math.min(k, n - k)) / n;
  return {
    cos: Array.from({ length: n }, (_, k) => Math.cos(angle(k))),
    sin: Array.from({ length: n }, (_, k) => sign * Math.sin(angle(k)) * (2 * k > n ? -1 : 1)),
  };
}

/** The defining sum along one axis of a plane, term by term. */
function naiveAlong({ re, im }: Values, h: number, w: number, vertical: boolean, sign: number): Values {
  const out = { re: new Float64Array(h * w), im: new Float64Array(h * w) };
  const [n, step, lines, lineStep] = vertical ? [h, w, w, 1] : [w, 1, h, w];
  const { cos, sin } = roots(n, sign);
  for (let line = 0; line < lines; line++) {
    for (let k = 0; k < n; k++) {
      let [a, b] = [0, 0];
      for (let j = 0; j < n; j++) {
        const at = line * lineStep + j * step;
        const t = (j * k) % n;
        a += re[at] * cos[t] - im[at] * sin[t];
        b += re[at] * sin[t] + im[at] * cos[t];
      }
      out.re[line * lineStep + k * step] = a;
      out.im[line * lineStep + k * step] = b;
    }
  }
  return out;
}

/** The transform of a batch of planes by its definition; sign -1 is forward. */
function naive(z: Values, h: number, w: number, sign = -1): Values {
  const out = { re: new Float64Array(z.re.length), im: new Float64Array(z.re.length) };
  for (let at = 0; at < z.re.length; at += h * w) {
    const plane = { re: z.re.subarray(at, at + h * w), im: z.im.subarray(at, at + h * w) };
    const { re, im } = naiveAlong(naiveAlong(plane, h, w, false, sign), h, w, true, sign);
    out.re.set(re, at);
    out.im.set(im, at);
  }
  return out;
}

/** The leading `half` columns. */
function leftHalf(x: Float64Array, w: number): Float64Array {
  return x.filter((_, i) => i % w < halfOf(w));
}

const pair = ({ re, im }: Values, shape: number[]): ComplexPair => ({
  real: tensor(re, shape),
  imag: tensor(im, shape),
});
const flat = ({ real, imag }: ComplexPair) => [...readSync(real), ...readSync(imag)];
const joined = ({ re, im }: Values) => [...re, ...im];

const wide = () => activeDevice().dtype === "float64";
/** Rounding grows like the number of levels of the transform. */
const bound = (...extents: number[]) =>
  (wide() ? 1e-15 : 3e-7) * Math.max(1, Math.log2(extents.reduce((a, b) => a * b)));

const sizes = [
  1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 16, 17, 30, 32, 36, 48, 49, 64, 77, 80, 97, 101, 112, 127, 128,
];
const oblong = [
  [1, 7],
  [5, 1],
  [3, 8],
  [8, 3],
  [12, 13],
  [30, 17],
  [17, 30],
  [64, 5],
  [2, 97],
  [131, 6],
  [20, 128],
  [15, 32],
  [1, 16],
  [9, 112],
  [1, 1024],
  [1080, 1],
  [2, 1009],
];

function transforms() {
  it("agree with the defining sums for every size", () => {
    for (const [h, w] of [...sizes.map((n) => [n, n]), ...oblong]) {
      const z = complexNoise(h * w);
      const shape = [h, w];
      const forward = naive(z, h, w);
      const label = `${h}×${w}`;
      expect(relativeError(flat(fft2(pair(z, shape))), joined(forward)), label).toBeLessThan(bound(h, w));
      const back = naive(z, h, w, 1);
      const scaled = joined(back).map((v) => v / (h * w));
      expect(relativeError(flat(ifft2(pair(z, shape))), scaled), label).toBeLessThan(bound(h, w));
    }
  });

  it("of real arrays are the left half of the complex one", () => {
    for (const [h, w] of [...sizes.map((n) => [n, n]), ...oblong]) {
      const x = noise(h * w);
      const { re, im } = naive({ re: x, im: new Float64Array(h * w) }, h, w);
      const half = rfft2(tensor(x, [h, w]));
      expect(half.real.shape).toEqual([h, halfOf(w)]);
      const expected = [...leftHalf(re, w), ...leftHalf(im, w)];
      expect(relativeError(flat(half), expected), `${h}×${w}`).toBeLessThan(bound(h, w));
    }
  });

  it("come back: irfft2 of any half spectrum by its definition", () => {
    for (const [h, w] of [...sizes.map((n) => [n, n]), ...oblong]) {
      const z = complexNoise(h * halfOf(w));
      const full = { re: new Float64Array(h * w), im: new Float64Array(h * w) };
      for (let u = 0; u < h; u++) {
        for (let v = 0; v < halfOf(w); v++) {
          const weight = v === 0 || 2 * v === w ? 1 : 2;
          full.re[u * w + v] = weight * z.re[u * halfOf(w) + v];
          full.im[u * w + v] = weight * z.im[u * halfOf(w) + v];
        }
      }
      const expected = naive(full, h, w, 1).re.map((v) => v / (h * w));
      const y = irfft2(pair(z, [h, halfOf(w)]), w);
      expect(y.shape).toEqual([h, w]);
      expect(relativeError(y, expected), `${h}×${w}`).toBeLessThan(bound(h, w));
    }
  });

  it("take any leading axes as batches", () => {
    for (const lead of [[3], [2, 3], [1, 1, 5]]) {
      const [h, w] = [6, 10];
      const count = lead.reduce((a, b) => a * b) * h * w;
      const z = complexNoise(count);
      const y = fft2(pair(z, [...lead, h, w]));
      expect(y.real.shape).toEqual([...lead, h, w]);
      expect(relativeError(flat(y), joined(naive(z, h, w)))).toBeLessThan(bound(h, w));
      const half = rfft2(tensor(z.re, [...lead, h, w]));
      expect(half.imag.shape).toEqual([...lead, h, 6]);
      expect(relativeError(irfft2(half, w), z.re)).toBeLessThan(bound(h, w));
    }
  });

  const extents = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), fc.nat(1000));

  it("round trips give the array back", () => {
    fc.assert(
      fc.property(extents, ([h, w, seed]) => {
        const z = { re: noise(h * w, seed), im: noise(h * w, seed + 1) };
        tidy(() => {
          const there = fft2(pair(z, [h, w]));
          expect(relativeError(flat(ifft2(there)), joined(z))).toBeLessThan(2 * bound(h, w));
          const real = irfft2(rfft2(tensor(z.re, [h, w])), w);
          expect(relativeError(real, z.re)).toBeLessThan(2 * bound(h, w));
        });
      }),
      { numRuns: 40 },
    );
  });

  it("keep the energy (Parseval)", () => {
    fc.assert(
      fc.property(extents, ([h, w, seed]) => {
        tidy(() => {
          const z = pair({ re: noise(h * w, seed), im: noise(h * w, seed + 1) }, [h, w]);
          const energy = ({ real, imag }: ComplexPair) =>
            readSync(sumSquares(real))[0] + readSync(sumSquares(imag))[0];
          expect(energy(fft2(z)) / (h * w)).toBeCloseTo(energy(z), wide() ? 10 : 3);
        });
      }),
      { numRuns: 40 },
    );
  });

  it("are linear, and turn a shift into a phase", () => {
    const [h, w] = [12, 15];
    const [a, b] = [complexNoise(h * w), { re: noise(h * w, 8), im: noise(h * w, 9) }];
    const [za, zb] = [pair(a, [h, w]), pair(b, [h, w])];
    const combined = { real: add(za.real, mul(zb.real, -0.5)), imag: add(za.imag, mul(zb.imag, -0.5)) };
    const [fa, fb] = [flat(fft2(za)), flat(fft2(zb))];
    const expected = fa.map((v, i) => v - 0.5 * fb[i]);
    expect(relativeError(flat(fft2(combined)), expected)).toBeLessThan(bound(h, w));

    const [dy, dx] = [5, 4];
    const roll = (x: Float64Array) =>
      x.map((_, i) => x[((Math.floor(i / w) + h - dy) % h) * w + (((i % w) + w - dx) % w)]);
    const shifted = flat(fft2(pair({ re: roll(a.re), im: roll(a.im) }, [h, w])));
    const turned = Array.from({ length: h * w }, (_, i) => {
      const angle = -2 * Math.PI * ((Math.floor(i / w) * dy) / h + ((i % w) * dx) / w);
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      return [fa[i] * c - fa[h * w + i] * s, fa[i] * s + fa[h * w + i] * c];
    });
    const phase = [...turned.map(([re]) => re), ...turned.map(([, im]) => im)];
    expect(relativeError(shifted, phase)).toBeLessThan(bound(h, w));
  });

  it("an impulse has the same spectrum everywhere, a constant only the zero frequency", () => {
    const impulse = zeros([4, 6]);
    const one = tensor([1]);
    const at = concat([one, zeros([23])], 0);
    const y = fft2({ real: tensor(readSync(at), [4, 6]), imag: impulse });
    expect([...readSync(y.real)]).toEqual(Array(24).fill(1));
    const flatField = fft2({ real: tensor(Array(24).fill(1), [4, 6]), imag: impulse });
    expect([...readSync(flatField.real)].map((v) => Math.round(v * 1e4) / 1e4)).toEqual([
      24,
      ...Array(23).fill(0),
    ]);
  });

  it("leave nothing behind and do not touch their input", () => {
    const z = pair(complexNoise(48), [6, 8]);
    const before = flat(z);
    withoutLeak(() => fft2(z));
    withoutLeak(() => ifft2(z));
    withoutLeak(() => rfft2(z.real));
    withoutLeak(() => irfft2(z, 14));
    withoutLeak(() => {
      const f = (re: Tensor, im: Tensor) => sumSquares(ifft2(fft2({ real: re, imag: im })).real);
      return valueAndGrads(f)([z.real, z.imag]);
    });
    expect(flat(z)).toEqual(before);
  });

  it("say what is wrong with shapes", () => {
    const x = zeros([4, 6]);
    expect(() => fft2({ real: x, imag: zeros([6, 4]) })).toThrow(ShapeError);
    expect(() => rfft2(zeros([4]))).toThrow(/at least two axes/);
    expect(() => ifft2({ real: zeros([0, 3]), imag: zeros([0, 3]) })).toThrow(ShapeError);
    expect(() => irfft2({ real: x, imag: x }, 9)).toThrow(/5 columns.*\[4, 6\].*10 and 11/s);
    expect(() => irfft2({ real: x, imag: x }, 2.5)).toThrow(/whole number/);
  });
}

describeDevices("Fourier transforms", transforms);

describe("Fourier transforms by matrices, on tfjs's own backend", () => {
  beforeEach(async () => {
    await useReference();
  });
  transforms();
});

describeDevices("the kernels", () => {
  it("give what their compositions give", () => {
    const compose = (name: string, inputs: Record<string, Tensor>, attrs: object) =>
      declaredOps()
        .get(name)
        ?.compose(inputs, attrs as Record<string, never>);
    const [re, im] = [tensor(noise(2 * 15 * 14), [2, 15, 14]), tensor(noise(2 * 15 * 14, 4), [2, 15, 14])];
    const cases: [string, Record<string, Tensor>, object][] = [
      [kernelNames.Fft2d, { real: re, imag: im }, { inverse: false, scale: 0.25 }],
      [kernelNames.Fft2d, { real: re, imag: im }, { inverse: true, scale: -3 }],
      [kernelNames.Rfft2d, { x: re }, { width: 14, scale: 0.5 }],
      [kernelNames.Rfft2dAdjoint, { real: re, imag: im }, { width: 26, scale: 0.5 }],
      [kernelNames.Rfft2dAdjoint, { real: re, imag: im }, { width: 27, scale: 2 }],
      [kernelNames.Irfft2d, { real: re, imag: im }, { width: 26, scale: 0.5 }],
      [kernelNames.Irfft2dAdjoint, { x: re }, { width: 14, scale: -1 }],
      [kernelNames.Irfft2dAdjoint, { x: slice(re, [0, 0, 0], [2, 15, 13]) }, { width: 13, scale: 3 }],
      [kernelNames.Irfft2dAdjoint, { x: tile(re, [1, 1, 8]) }, { width: 112, scale: 3 }],
    ];
    for (const [name, inputs, attrs] of cases) {
      const numbers = (y: Tensor | Tensor[] | undefined) => [y ?? []].flat().flatMap((t) => [...readSync(t)]);
      const actual = numbers(run<Tensor | Tensor[]>(name, inputs, attrs));
      expect(actual.length).toBeGreaterThan(0);
      const error = relativeError(actual, numbers(compose(name, inputs, attrs)));
      expect(error, `${name} ${JSON.stringify(attrs)}`).toBeLessThan(4 * bound(15, 14));
    }
  });
});

describe("gradients", () => {
  const weights = (shape: readonly number[]) =>
    tensor(noise(shape.reduce((a, b) => a * b) as number, 6), [...shape]);
  /** The real number Re Σ w z² of a spectrum: each part of the result reaches each part of the input. */
  const energy = ({ real, imag }: ComplexPair) => {
    const [wr, wi] = [weights(real.shape), weights(imag.shape)];
    return add(sum(mul(wr, mul(real, imag))), sum(mul(wi, mul(real, mul(real, imag)))));
  };
  const split = (x: Tensor): ComplexPair => {
    const [h, w] = x.shape.slice(-2);
    return { real: slice(x, [0, 0, 0], [1, h, w]), imag: slice(x, [1, 0, 0], [1, h, w]) };
  };

  for (const [h, w] of [
    [4, 6],
    [3, 5],
    [5, 4],
    [1, 7],
  ]) {
    const title = `${h}×${w}`;
    const both = { values: noise(2 * h * w, 3), shape: [2, h, w] };
    const one = { values: noise(h * w, 3), shape: [h, w] };
    it(`of first and second order, ${title}`, () => {
      checkGradient((x) => energy(fft2(split(x))), both, { label: "fft2" });
      checkGradient((x) => energy(ifft2(split(x))), both, { label: "ifft2" });
      checkGradient((x) => energy(rfft2(x)), one, { label: "rfft2" });
      for (const width of [Math.max(1, 2 * w - 2), 2 * w - 1]) {
        checkGradient(
          (x) => {
            const y = irfft2(split(x), width);
            return sum(mul(weights(y.shape), mul(y, mul(y, y))));
          },
          both,
          { label: `irfft2 to ${width}` },
        );
      }
    });
  }

  it("flow when only one part is used, and when both parts are the same tensor", () => {
    const x = { values: noise(20, 3), shape: [4, 5] };
    checkGradient((t) => sumSquares(fft2({ real: t, imag: zerosLike(t) }).imag), x);
    checkGradient((t) => sumSquares(mul(rfft2(t).real, rfft2(t).real)), x);
    checkGradient((t) => energy(fft2({ real: t, imag: t })), x);
    checkGradient((t) => energy(ifft2({ real: mul(t, t), imag: sub(t, 1) })), x);
  });
});

describe("roots of unity", () => {
  it("are symmetric to the last bit, on the circle, and agree with the host", () => {
    for (const n of [1, 2, 3, 5, 8, 12, 97, 256, 360, 1009]) {
      for (let k = 0; k < n; k++) {
        const [c, s] = scalarMath.rootOfUnity(k, n);
        expect(Math.abs(c * c + s * s - 1)).toBeLessThan(5e-16);
        expect(Math.abs(c - Math.cos((2 * Math.PI * k) / n))).toBeLessThan(1e-15);
        expect(Math.abs(s - Math.sin((2 * Math.PI * k) / n))).toBeLessThan(1e-15);
        const [mc, ms] = scalarMath.rootOfUnity(n - k, n);
        expect(mc === c && ms === -s).toBe(true);
        expect(scalarMath.rootOfUnity(k + 3 * n, n)).toEqual([c, s]);
        if (n % 4 === 0) {
          const [qc, qs] = scalarMath.rootOfUnity(k + n / 4, n);
          expect(qc === -s && qs === c).toBe(true);
        }
      }
    }
    expect(scalarMath.rootOfUnity(1, 6)[0]).toBe(0.5);
    expect(scalarMath.rootOfUnity(1, 8)[0]).toBe(Math.SQRT1_2);
  });
});
