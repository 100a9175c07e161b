import "@plenoptic/backend-cpu";
import { dispose, ones, ShapeError, tensor, ValidationError } from "@plenoptic/tensor";
import {
  boundFor,
  describeDevices,
  expectClose,
  goldenNames,
  goldenOrSkip,
  hasGoldens,
  skipReason,
  withoutLeak,
} from "@plenoptic/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LaplacianPyramid } from "../src/index.js";
import { random } from "./support.js";

describe.skipIf(!hasGoldens())(`Laplacian pyramid, goldens (${skipReason})`, () => {
  const names = goldenNames("lapl_");
  it("finds every golden", () => expect(names.length).toBe(2));

  describeDevices("images and reconstruction", (device) => {
    it.each(names)("%s", (name) => {
      const golden = goldenOrSkip<{ n_scales: number }>(name);
      const { values, shape } = golden.array("x");
      const pyramid = new LaplacianPyramid({ nScales: golden.case.n_scales });
      withoutLeak(() => {
        const x = tensor(values as Float64Array, shape);
        const images = pyramid.forward(x);
        expect(images.length).toBe(golden.case.n_scales);
        for (const [level, image] of images.entries()) {
          expectClose(image, golden.array(`level_${level}`), boundFor(device), `level ${level}`);
        }
        const back = pyramid.reconPyr(images);
        expectClose(back, golden.array("recon"), boundFor(device), "reconstruction");
        dispose(x, images, back);
      });
    });
  });
});

describeDevices("Laplacian pyramid", (device) => {
  const bound = boundFor(device, { float64: 1e-14, float32: 1e-6 });

  it("gives the image back, for any size, number of scales, batch and channels", () => {
    const scales = fc.integer({ min: 1, max: 4 });
    fc.assert(
      fc.property(scales, fc.boolean(), fc.nat(30), fc.nat(30), (nScales, scaleFilter, down, across) => {
        // The coarsest image that is blurred needs 3 pixels.
        const least = 2 ** Math.max(0, nScales - 1) + 1;
        const shape = [2, 2, least + down, least + across];
        const pyramid = new LaplacianPyramid({ nScales, scaleFilter });
        withoutLeak(() => {
          const x = random(shape, down);
          const images = withoutLeak(() => pyramid.forward(x));
          for (const [n, image] of images.entries()) {
            const size = shape.slice(2).map((extent) => Math.ceil(extent / 2 ** n));
            expect(image.shape).toEqual([2, 2, ...size]);
          }
          const back = withoutLeak(() => pyramid.reconPyr(images));
          expectClose(back, x, bound);
          dispose(x, images, back);
        });
      }),
      { numRuns: 25 },
    );
  });

  it("of a constant is 0 inside, but for the coarsest image", () => {
    const images = new LaplacianPyramid({ nScales: 3, scaleFilter: true }).forward(ones([1, 1, 16, 16]));
    expectClose(images[2], ones([1, 1, 4, 4]), bound);
    const doubled = new LaplacianPyramid({ nScales: 3 }).forward(ones([1, 1, 16, 16]));
    expectClose(doubled[2], Array(16).fill(4), bound);
  });

  it("keeps what comes out apart from what went in", () => {
    const pyramid = new LaplacianPyramid({ nScales: 1 });
    const x = random([1, 1, 4, 4]);
    const [image] = pyramid.forward(x);
    image.dispose();
    expect(x.isDisposed).toBe(false);
    dispose(pyramid.reconPyr([x]));
    expect(x.isDisposed).toBe(false);
  });

  it("says what it wants", () => {
    expect(() => new LaplacianPyramid({ nScales: 0 })).toThrow(ValidationError);
    expect(() => new LaplacianPyramid({ nScales: 1.5 })).toThrow(/whole number above 0/);
    const pyramid = new LaplacianPyramid({ nScales: 3 });
    expect(() => pyramid.forward(ones([8, 8]))).toThrow(/batch, channel, height, width.*\[8, 8\]/);
    expect(() => pyramid.forward(ones([1, 1, 4, 4]))).toThrow(ShapeError);
    expect(() => pyramid.reconPyr([ones([1, 1, 4, 4])])).toThrow(/3 scales, but got 1 images/);
    const wrong = [ones([1, 1, 16, 16]), ones([1, 1, 8, 8]), ones([1, 1, 5, 5])];
    expect(() => pyramid.reconPyr(wrong)).toThrow(ShapeError);
  });
});
