import "@plenoptic/backend-cpu";
import {
  add,
  DTypeError,
  grad,
  mul,
  ones,
  readSync,
  ShapeError,
  square,
  sum,
  type Tensor,
  tensor,
  useBackend,
  ValidationError,
  zeros,
} from "@plenoptic/tensor";
import { boundFor, describeDevices, expectClose, withoutLeak } from "@plenoptic/testing";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { autocorrelation, centerCrop, expand, modulatePhase, shrink } from "../src/index.js";
import { even, numbers, onStacked, random } from "./support.js";

beforeAll(async () => {
  await useBackend("cpu", { dtype: "float64" });
});

/** The sum over all pixels of products with the pixels so much further on, divided by their number. */
function naiveAutocorrelation(values: ArrayLike<number>, [height, width]: number[]): number[] {
  return Array.from({ length: height * width }, (_, at) => {
    const [i, j] = [Math.floor(at / width) - (height >> 1), (at % width) - (width >> 1)];
    let total = 0;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const other = ((y + i + height) % height) * width + ((x + j + width) % width);
        total += values[y * width + x] * values[other];
      }
    }
    return total / (height * width);
  });
}

const listOf = (x: Tensor) => Array.from(readSync(x));

describeDevices("autocorrelation", (device) => {
  const bound = boundFor(device, { float64: 1e-13, float32: 1e-5 });

  it("is the sum of products for each shift, for any size", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), (height, width) => {
        const x = numbers([height, width], height + 10 * width);
        const y = withoutLeak(() => {
          const image = tensor(x.values, x.shape);
          const result = autocorrelation(image);
          image.dispose();
          return result;
        });
        expect(y.shape).toEqual(x.shape);
        expectClose(y, naiveAutocorrelation(x.values, x.shape), bound);
        y.dispose();
      }),
      { numRuns: 40 },
    );
  });

  it("has the mean square in the middle, where centerCrop finds it", () => {
    for (const shape of [
      [2, 1, 6, 9],
      [2, 1, 7, 8],
    ]) {
      const x = random(shape);
      const middle = readSync(centerCrop(autocorrelation(x), 1));
      const pixels = shape[2] * shape[3];
      const power = readSync(sum(square(x), [1, 2, 3])).map((s) => s / pixels);
      expectClose(middle, power, bound);
    }
  });
});

describeDevices("expand and shrink", (device) => {
  const bound = boundFor(device, { float64: 1e-13, float32: 1e-5 });

  it("shrink undoes expand, but for the Nyquist frequencies of the smaller image", () => {
    fc.assert(
      fc.property(even(12), even(12), fc.constantFrom(2, 3, 4), (height, width, factor) => {
        // What has no Nyquist frequency: an image shrunk from twice the size and once more expanded has what it had.
        const once = shrink(expand(random([height, width], height + width), factor), factor);
        const smooth = withoutNyquist(once);
        const again = withoutLeak(() => {
          const large = expand(smooth, factor);
          const back = shrink(large, factor);
          large.dispose();
          return back;
        });
        expectClose(again, smooth, bound);
      }),
      { numRuns: 25 },
    );
  });

  it("expand keeps the values at the old pixels and the mean square, where there is no Nyquist frequency", () => {
    fc.assert(
      fc.property(even(10), even(10), fc.constantFrom(2, 3), (height, width, factor) => {
        const x = withoutNyquist(random([height, width], height * width));
        const large = Array.from(readSync(expand(x, factor)));
        const kept = large.filter(
          (_, at) =>
            Math.floor(at / (width * factor)) % factor === 0 && (at % (width * factor)) % factor === 0,
        );
        expectClose(kept, x, bound);
        const power = (values: number[]) => values.reduce((s, v) => s + v * v, 0) / values.length;
        const wanted = power(Array.from(readSync(x)));
        expect(Math.abs(power(large) - wanted)).toBeLessThanOrEqual(bound * Math.max(wanted, 1));
      }),
      { numRuns: 25 },
    );
  });

  it("a constant image stays constant, whatever the even size", () => {
    expectClose(expand(ones([1, 1, 6, 4]), 2), ones([1, 1, 12, 8]), bound);
    expectClose(shrink(ones([1, 1, 12, 8]), 4), ones([1, 1, 3, 2]), bound);
  });

  // <A x, y> = <x, Aᵀ y> for expand and its own gradient, which is Aᵀ.
  it("the gradient is the transpose", () => {
    const [x, y] = [random([6, 8], 1), random([12, 16], 2)];
    const left = readSync(sum(mul(expand(x, 2), y)))[0];
    const right = readSync(sum(mul(x, grad((t) => expand(t, 2))(x, y))))[0];
    expect(Math.abs(left - right)).toBeLessThanOrEqual(bound * Math.max(1, Math.abs(left)));
  });
});

/** An image of even size less its parts that change sign from row to row, or from column to column. */
function withoutNyquist(x: Tensor): Tensor {
  const [height, width] = x.shape;
  const values = Array.from(readSync(x));
  const signs = (n: number) => Array.from({ length: n }, (_, i) => 1 - 2 * (i % 2));
  for (let j = 0; j < width; j++) {
    const part = signs(height).reduce((s, sign, i) => s + sign * values[i * width + j], 0) / height;
    for (let i = 0; i < height; i++) values[i * width + j] -= part * signs(height)[i];
  }
  for (let i = 0; i < height; i++) {
    const part = signs(width).reduce((s, sign, j) => s + sign * values[i * width + j], 0) / width;
    for (let j = 0; j < width; j++) values[i * width + j] -= part * signs(width)[j];
  }
  return tensor(values, [height, width]);
}

describeDevices("modulatePhase", (device) => {
  const bound = boundFor(device, { float64: 1e-14, float32: 1e-6 });

  it("keeps the modulus and multiplies the phase", () => {
    const [re, im] = [numbers([40], 1).values, numbers([40], 2).values];
    for (const factor of [2, -1, 1.5, 3]) {
      const { real, imag } = modulatePhase({ real: tensor(re), imag: tensor(im) }, factor);
      const wanted = Array.from(re, (a, k) => {
        const [r, t] = [Math.hypot(a, im[k]), factor * Math.atan2(im[k], a)];
        return [r * Math.cos(t), r * Math.sin(t)];
      });
      expectClose(
        real,
        wanted.map(([c]) => c),
        bound * 10,
      );
      expectClose(
        imag,
        wanted.map(([, s]) => s),
        bound * 10,
      );
    }
  });

  it("is 0 at 0, with slopes that are 0", () => {
    for (const factor of [2, 3]) {
      const f = onStacked((z) => modulatePhase(z, factor));
      const x = zeros([2, 3]);
      expect([...readSync(f(x))]).toEqual(listOf(zeros([6])));
      expect(Array.from(readSync(grad((t) => sum(f(t)))(x)), Math.abs)).toEqual(listOf(zeros([6])));
    }
  });

  it("lets a NaN through", () => {
    const { real } = modulatePhase({ real: tensor([Number.NaN]), imag: tensor([1]) });
    expect(readSync(real)[0]).toBeNaN();
  });

  it("leaves nothing behind", () => {
    const [re, im] = [random([4]), random([4], 2)];
    for (const factor of [2, 3]) withoutLeak(() => modulatePhase({ real: re, imag: im }, factor));
  });
});

describe("what signal functions refuse", () => {
  const x = () => ones([1, 1, 6, 8]);
  it.each<[string, () => unknown, new (...a: never[]) => Error, RegExp]>([
    ["a crop that is too large", () => centerCrop(x(), 7), ValidationError, /height and width, 6 and 8/],
    ["a crop of no size", () => centerCrop(x(), 0), ValidationError, /size must be positive/],
    ["a crop of half a pixel", () => centerCrop(x(), 1.5), ValidationError, /one whole number/],
    ["one axis", () => centerCrop(ones([4]), 2), ShapeError, /last axes are height and width/],
    ["autocorrelation of one axis", () => autocorrelation(ones([4])), ShapeError, /height and width/],
    [
      "an unknown rule for odd widths",
      () => autocorrelation(x(), { oddWidth: "even" as "exact" }),
      ValidationError,
      /oddWidth must be "exact" or "plenoptic"/,
    ],
    ["expand by 1", () => expand(x(), 1), ValidationError, /factor must be strictly greater than 1/],
    ["shrink by a half", () => shrink(x(), 0.5), ValidationError, /strictly greater than 1/],
    ["expand by NaN", () => expand(x(), Number.NaN), ValidationError, /strictly greater than 1/],
    ["expand to a fraction", () => expand(x(), 1.3), ValidationError, /turn the height 6 into 7.8/],
    ["shrink to a fraction", () => shrink(x(), 3), ValidationError, /turn the width 8 into 2.66/],
    ["expand by one sample", () => expand(ones([2, 2]), 1.5), ShapeError, /at least 2 samples/],
    ["shrink by one sample", () => shrink(ones([2, 4]), 2), ShapeError, /the height would go from 2 to 1/],
    ["parts of two shapes", () => expand({ real: x(), imag: ones([6, 8]) }, 2), ShapeError, /one shape/],
    ["the phase of a real tensor", () => modulatePhase(x() as never), DTypeError, /needs a complex tensor/],
    [
      "phases of two shapes",
      () => modulatePhase({ real: add(x(), 1), imag: ones([8]) }),
      ShapeError,
      /one shape/,
    ],
  ])("%s", (_, f, kind, words) => {
    expect(f).toThrow(kind);
    expect(f).toThrow(words);
  });
});
