import { type PyramidCoefficients, type SteerableMasks, steerableMasks } from "@plenoptic/process";
import {
  type ComplexPair,
  deviceOf,
  fft2,
  ifft2,
  mul,
  neg,
  roundToFloat32,
  scatter,
  sum,
  type Tensor,
  tensor,
  tidy,
  withDevice,
  zeros,
} from "@plenoptic/tensor";
import type { PyramidLayout } from "../../src/portilla-simoncelli/spectral-masks.js";

const both = (z: ComplexPair, f: (x: Tensor) => Tensor): ComplexPair => ({
  real: f(z.real),
  imag: f(z.imag),
});

/** iᵒ z. */
function timesPowerOfI({ real, imag }: ComplexPair, order: number): ComplexPair {
  const turns = [
    () => ({ real, imag }),
    () => ({ real: neg(imag), imag: real }),
    () => ({ real: neg(real), imag: neg(imag) }),
    () => ({ real: imag, imag: neg(real) }),
  ];
  return turns[order % 4]();
}

/** Where the frequencies of a transform of `part` values are in one of `whole`. */
const placesIn = (whole: number, part: number) =>
  Array.from({ length: part }, (_, i) => (i < Math.ceil(part / 2) ? i : i - part + whole));

/** A spectrum `[B, C, h, w]` amid zeros. */
function embed(x: Tensor, height: number, width: number): Tensor {
  const [batch, channels, h, w] = x.shape;
  const [rows, plane] = withDevice(deviceOf(x), () => [
    zeros([batch, channels, h, width]),
    zeros([batch, channels, height, width]),
  ]);
  return scatter(plane, placesIn(height, h), scatter(rows, placesIn(width, w), x, 3), 2);
}

/**
 * What a level of a complex pyramid contributes to an image, in double precision but for spectra that go from a scale to the
 * next finer one: those are rounded to float32, real and imaginary parts, and so are their gradients. The Python library keeps
 * them so in every precision (its numbers differ by some 10⁻⁸ from those without), and float64 is for agreeing with it.
 */
export class RoundedReconstruction {
  private made: SteerableMasks | undefined;

  constructor(private readonly layout: PyramidLayout) {}

  /** Whole masks, on first use. */
  private get masks(): SteerableMasks {
    const { imageShape, nScales, nOrientations } = this.layout;
    this.made ??= steerableMasks(imageShape, {
      height: nScales,
      order: nOrientations - 1,
      isComplex: true,
    });
    return this.made;
  }

  /** The image of one level, `[B, C, H, W]`. */
  reconstruct(coefficients: PyramidCoefficients, level: number | "residual_lowpass"): Tensor {
    return tidy(() => {
      let [spectrum, scale] = this.spectrumOf(coefficients, level);
      while (scale > 0) {
        scale--;
        const { height, width, lowpass, lowHeight, lowWidth } = this.masks.levels[scale];
        spectrum = both(spectrum, (part) => {
          const low = mul(part, this.plane(part, lowpass, [lowHeight, lowWidth]));
          return embed(roundToFloat32(low), height, width);
        });
      }
      const lowpass0 = this.plane(spectrum.real, this.masks.lowpass0, this.layout.imageShape);
      return ifft2(both(spectrum, (part) => mul(part, lowpass0))).real;
    });
  }

  /** The spectrum of a level's own coefficients, and how many finer scales there are. */
  private spectrumOf(
    coefficients: PyramidCoefficients,
    level: number | "residual_lowpass",
  ): [spectrum: ComplexPair, finerScales: number] {
    const { nScales, nOrientations } = this.layout;
    if (level === "residual_lowpass") {
      const lowpass = coefficients.get(level) as Tensor;
      return [fft2({ real: lowpass, imag: mul(lowpass, 0) }), nScales];
    }
    const { height, width, highpass, anglesForReconstruction } = this.masks.levels[level];
    const values = anglesForReconstruction.map((angle) => angle.map((a, i) => a * highpass[i]));
    const bands = timesPowerOfI(fft2(coefficients.get(level) as ComplexPair), nOrientations - 1);
    const filtered = both(bands, (part) => {
      const masks = values.flatMap((mask) => Array.from(mask));
      return sum(mul(part, this.plane(part, masks, [nOrientations, height, width])), 2);
    });
    return [filtered, level];
  }

  private plane(like: Tensor, values: ArrayLike<number>, shape: readonly number[]): Tensor {
    return withDevice(deviceOf(like), () => tensor(Float64Array.from(values), shape));
  }
}
