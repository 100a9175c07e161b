import { tensor } from "@plenoptic/tensor";
import {
  boundFor,
  describeDevices,
  expectClose,
  goldenNames,
  goldenOrSkip,
  hasGoldens,
  skipReason,
} from "@plenoptic/testing";
import { describe, it } from "vitest";
import { SteerablePyramidFreq, type SteerablePyramidOptions } from "../src/index.js";

interface PyramidCase {
  kwargs: {
    height: "auto" | number;
    order: number;
    is_complex?: boolean;
    downsample?: boolean;
    tight_frame?: boolean;
    twidth?: number;
  };
}

const optionsOf = ({ kwargs }: PyramidCase): SteerablePyramidOptions => ({
  height: kwargs.height,
  order: kwargs.order,
  twidth: kwargs.twidth,
  isComplex: kwargs.is_complex,
  downsample: kwargs.downsample,
  tightFrame: kwargs.tight_frame,
});

describe.skipIf(!hasGoldens())(`steerable pyramid, goldens (${skipReason})`, () => {
  describeDevices("coefficients and reconstruction", (device) => {
    it.each(goldenNames("steerpyr_"))("%s", (name) => {
      const golden = goldenOrSkip<PyramidCase>(name);
      const { values, shape } = golden.array("x");
      const x = tensor(values as Float64Array, shape);
      const pyramid = new SteerablePyramidFreq([shape[2], shape[3]], optionsOf(golden.case));
      const coefficients = pyramid.forward(x);
      const bound = boundFor(device);
      for (const [scale, found] of coefficients) {
        const key = typeof scale === "string" ? scale : `scale_${scale}`;
        if ("imag" in found) {
          expectClose(found.real, golden.array(`${key}_re`), bound, `${key}, real`);
          expectClose(found.imag, golden.array(`${key}_im`), bound, `${key}, imaginary`);
        } else expectClose(found, golden.array(key), bound, key);
      }
      // The reference keeps spectra of the lower scales in complex64, in float64 too, when it puts an image together.
      expectClose(pyramid.reconPyr(coefficients), golden.array("recon"), Math.max(bound, 1e-7), "recon");
    });
  });
});
