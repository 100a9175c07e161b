import "@plenoptic/backend-cpu";
import {
  mul,
  ones,
  type PadMode,
  readSync,
  ShapeError,
  sum,
  tensor,
  useBackend,
  ValidationError,
} from "@plenoptic/tensor";
import { boundFor, describeDevices, expectClose, withoutLeak } from "@plenoptic/testing";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import {
  blurDownsample,
  correlateDownsample,
  namedFilter,
  type Odd,
  upsampleBlur,
  upsampleConvolve,
} from "../src/index.js";
import { numbers, random } from "./support.js";

beforeAll(async () => {
  await useBackend("cpu", { dtype: "float64" });
});

const padModes = ["reflect", "circular", "replicate", "constant"] as const;

/** The pixel that stands at position i of an axis that goes on so beyond its ends; undefined for a zero. */
function continued(i: number, extent: number, mode: PadMode): number | undefined {
  if (i >= 0 && i < extent) return i;
  if (mode === "constant") return undefined;
  if (mode === "replicate") return i < 0 ? 0 : extent - 1;
  if (mode === "circular") return (i + extent) % extent;
  return i < 0 ? -i : 2 * (extent - 1) - i;
}

type Picture = { values: ArrayLike<number>; shape: number[] };

function pixel({ values, shape: [h, w] }: Picture, y: number, x: number, mode: PadMode): number {
  const [i, j] = [continued(y, h, mode), continued(x, w, mode)];
  return i === undefined || j === undefined ? 0 : values[i * w + j];
}

/** y[i, j] = Σ f[u, v] x[2 i + u - ⌊(k - 1) / 2⌋, …]: an even filter reaches further to the right. */
function naiveDownsample(x: Picture, f: Picture, mode: PadMode): number[] {
  const [h, w] = x.shape.map((extent) => Math.ceil(extent / 2));
  const [kh, kw] = f.shape;
  return Array.from({ length: h * w }, (_, at) => {
    const [i, j] = [Math.floor(at / w), at % w];
    let total = 0;
    for (let u = 0; u < kh; u++) {
      for (let v = 0; v < kw; v++) {
        const [y, z] = [2 * i + u - ((kh - 1) >> 1), 2 * j + v - ((kw - 1) >> 1)];
        total += f.values[u * kw + v] * pixel(x, y, z, mode);
      }
    }
    return total;
  });
}

/** y[i, j] = Σ f[u, v] z[i + ⌈k / 2⌉ - 1 - u, …] with z[2 n, 2 m] = x[n, m], and 0 between them. */
function naiveUpsample(x: Picture, f: Picture, odd: Odd, mode: PadMode): number[] {
  const [h, w] = x.shape.map((extent, axis) => 2 * extent - odd[axis]);
  const [kh, kw] = f.shape;
  return Array.from({ length: h * w }, (_, at) => {
    const [i, j] = [Math.floor(at / w), at % w];
    let total = 0;
    for (let u = 0; u < kh; u++) {
      for (let v = 0; v < kw; v++) {
        const [y, z] = [i + Math.ceil(kh / 2) - 1 - u, j + Math.ceil(kw / 2) - 1 - v];
        if (y % 2 === 0 && z % 2 === 0) total += f.values[u * kw + v] * pixel(x, y / 2, z / 2, mode);
      }
    }
    return total;
  });
}

const mode = fc.constantFrom(...padModes);
const side = fc.integer({ min: 4, max: 9 });
const taps = fc.integer({ min: 1, max: 6 });
const bit = fc.constantFrom(0, 1);

describeDevices("correlateDownsample and upsampleConvolve", (device) => {
  const bound = boundFor(device, { float64: 1e-13, float32: 2e-6 });

  it("are the sums of their definitions, for any size, filter and border", () => {
    fc.assert(
      fc.property(
        side,
        side,
        taps,
        taps,
        bit,
        bit,
        mode,
        (height, width, kh, kw, oddRows, oddColumns, padMode) => {
          const [x, f] = [numbers([height, width], height), numbers([kh, kw], kw)];
          withoutLeak(() => {
            const image = tensor(x.values, [1, 1, height, width]);
            const filt = tensor(f.values, f.shape);
            const down = withoutLeak(() => correlateDownsample(image, filt, padMode));
            expectClose(down, naiveDownsample(x, f, padMode), bound);
            const up = withoutLeak(() => upsampleConvolve(image, [oddRows, oddColumns], filt, padMode));
            expect(up.shape.slice(2)).toEqual([2 * height - oddRows, 2 * width - oddColumns]);
            expectClose(up, naiveUpsample(x, f, [oddRows, oddColumns], padMode), bound);
            for (const t of [image, filt, down, up]) t.dispose();
          });
        },
      ),
      { numRuns: 60 },
    );
  });

  it("are each other's transpose, amid zeros", () => {
    // Filters of odd size, between zeros: <down(x), y> = <x, up(y)>.
    for (const [size, filterSize] of [
      [
        [8, 10],
        [3, 5],
      ],
      [
        [9, 7],
        [5, 1],
      ],
    ]) {
      const filt = random(filterSize, 3);
      const odd = size.map((extent) => extent % 2) as unknown as Odd;
      const [x, y] = [random([1, 1, ...size], 1), random([1, 1, ...size.map((e) => Math.ceil(e / 2))], 2)];
      const left = readSync(sum(mul(correlateDownsample(x, filt, "constant"), y)))[0];
      const right = readSync(sum(mul(x, upsampleConvolve(y, odd, filt, "constant"))))[0];
      expect(Math.abs(left - right)).toBeLessThanOrEqual(bound * 10);
    }
  });

  it("treat batches and channels one by one", () => {
    const x = random([2, 3, 6, 7]);
    const filt = random([3, 4], 2);
    const whole = readSync(correlateDownsample(x, filt));
    const values = readSync(x);
    const single = Array.from({ length: 6 }, (_, n) =>
      Array.from(
        readSync(correlateDownsample(tensor(values.slice(n * 42, n * 42 + 42), [1, 1, 6, 7]), filt)),
      ),
    );
    expectClose(whole, single.flat(), bound);
  });
});

describeDevices("blurDownsample and upsampleBlur", (device) => {
  const bound = boundFor(device, { float64: 1e-14, float32: 1e-6 });

  it("keep a constant, or double and halve it", () => {
    const x = ones([1, 1, 16, 12]);
    expectClose(blurDownsample(x, { nScales: 2 }), ones([1, 1, 4, 3]), bound);
    expectClose(blurDownsample(x, { nScales: 2, scaleFilter: false }), Array(12).fill(4), bound);
    expectClose(upsampleBlur(x, [0, 0]), ones([1, 1, 32, 24]), bound);
    expectClose(upsampleBlur(x, [1, 0], { scaleFilter: false }), Array(31 * 24).fill(0.5), bound);
  });

  it("do several scales one after the other", () => {
    const x = random([1, 2, 11, 14]);
    const options = { filtname: "qmf5", scaleFilter: false };
    const twice = blurDownsample(blurDownsample(x, options), options);
    expectClose(blurDownsample(x, { ...options, nScales: 2 }), twice, bound);
    const up = upsampleBlur(upsampleBlur(x, [1, 0]), [1, 0]);
    expectClose(upsampleBlur(x, [1, 0], { nScales: 2 }), up, bound);
  });
});

describe("namedFilter", () => {
  const total = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0);

  it("has binomial coefficients that sum to √2", () => {
    expect(Array.from(namedFilter("binom5"), (tap) => tap / Math.SQRT2)).toEqual([
      0.0625, 0.25, 0.375, 0.25, 0.0625,
    ]);
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 60 }), (n) => {
        const filter = namedFilter(`binom${n}`);
        expect(filter.length).toBe(n);
        expect(Math.abs(total(filter) - Math.SQRT2)).toBeLessThan(1e-14);
        expect([...filter].reverse()).toEqual([...filter]);
      }),
    );
  });

  it("has energies of 1, and quadrature mirror filters that are symmetric and nearly orthogonal to their even shifts", () => {
    for (const name of [
      "haar",
      "qmf5",
      "qmf8",
      "qmf9",
      "qmf12",
      "qmf13",
      "qmf16",
      "daub2",
      "daub3",
      "daub4",
    ]) {
      const filter = Array.from(namedFilter(name));
      expect(Math.abs(total(filter.map((tap) => tap * tap)) - 1), name).toBeLessThan(0.02);
      expect(Math.abs(total(filter) - Math.SQRT2), name).toBeLessThan(0.02);
      if (name.startsWith("qmf")) expect([...filter].reverse()).toEqual(filter);
      for (let shift = 2; shift < filter.length; shift += 2) {
        const product = total(filter.slice(shift).map((tap, i) => tap * filter[i]));
        expect(Math.abs(product), `${name}, shift ${shift}`).toBeLessThan(0.02);
      }
    }
    expect(namedFilter("gauss5")).toEqual(namedFilter("binom5"));
    expect(namedFilter("gauss3")).toEqual(namedFilter("binom3"));
  });

  it("gives a new array each time", () => {
    namedFilter("haar")[0] = 5;
    expect(namedFilter("haar")[0]).toBe(1 / Math.SQRT2);
  });
});

describe("what resampling refuses", () => {
  const x = () => ones([1, 1, 6, 6]);
  it.each<[string, () => unknown, new (...a: never[]) => Error, RegExp]>([
    [
      "3-D images",
      () => correlateDownsample(ones([1, 6, 6]), ones([3, 3])),
      ShapeError,
      /4-D image.*\[1, 6, 6\]/,
    ],
    ["1-D filters", () => correlateDownsample(x(), ones([3])), ShapeError, /2-D filter.*\[3\]/],
    ["3-D images, up", () => upsampleConvolve(ones([1, 6, 6]), [0, 0], ones([3, 3])), ShapeError, /4-D/],
    ["1-D filters, up", () => upsampleConvolve(x(), [0, 0], ones([3])), ShapeError, /2-D filter/],
    ["odd 2", () => upsampleConvolve(x(), [0, 2], ones([3, 3])), ValidationError, /0 \(even\) or 1 \(odd\)/],
    ["filters too large to reflect", () => correlateDownsample(x(), ones([13, 13])), ShapeError, /13 × 13/],
    ["images too small to blur", () => blurDownsample(ones([1, 1, 2, 8])), ShapeError, /at least 3 × 3/],
    [
      "pad modes",
      () => correlateDownsample(x(), ones([3, 3]), "relfect" as PadMode),
      ValidationError,
      /"reflect"/,
    ],
    ["no scale", () => blurDownsample(x(), { nScales: 0 }), ValidationError, /nScales must be a positive/],
    ["half a scale", () => upsampleBlur(x(), [0, 0], { nScales: 0.5 }), ValidationError, /nScales/],
    [
      "filters of no name",
      () => blurDownsample(x(), { filtname: "binom" }),
      ValidationError,
      /filtname.*binomN/,
    ],
    ["binom1", () => namedFilter("binom1"), ValidationError, /N at least 2/],
    ["misspelt filters", () => namedFilter("dob2"), ValidationError, /Did you mean "daub2"/],
    ["names of properties", () => namedFilter("toString"), ValidationError, /filtname/],
  ])("%s", (_, f, kind, words) => {
    expect(f).toThrow(kind);
    expect(f).toThrow(words);
  });
});
