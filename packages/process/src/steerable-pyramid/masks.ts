import { scalarMath } from "@plenoptic/tensor";
import { type Curves, exactCurves, tabulatedCurves } from "./curves.js";
import { cropPlane, FrequencyGrid, type Plane } from "./frequency-grid.js";
import { checkMaskOptions } from "./mask-options.js";
import type { SteerableMaskOptions } from "./types.js";

/** The masks of one scale, each a plane `[height, width]`. */
export interface SteerableLevelMasks {
  readonly height: number;
  readonly width: number;
  /** Radial, before the angular ones. */
  readonly highpass: Float64Array;
  /** One per orientation. Of a complex pyramid twice the angular curve on one half of the plane, 0 on the other. */
  readonly angles: readonly Float64Array[];
  /** Those of the way back, which cover the whole plane in a complex pyramid too. */
  readonly anglesForReconstruction: readonly Float64Array[];
  /** What leads to the next scale, at its size `[lowHeight, lowWidth]`: applied after the spectrum has been cropped. */
  readonly lowpass: Float64Array;
  readonly lowHeight: number;
  readonly lowWidth: number;
}

/** All masks of a pyramid, from fine to coarse. */
export interface SteerableMasks {
  readonly highpass: Float64Array;
  readonly lowpass0: Float64Array;
  readonly levels: readonly SteerableLevelMasks[];
}

/** Evaluates curves over the frequencies of each scale. */
class MaskMaker {
  private readonly logRadius: Plane;
  /** Angular masks of the whole image, of which the other scales have the middle. */
  private readonly whole = new Map<string, Plane>();

  constructor(
    private readonly grid: FrequencyGrid,
    private readonly curves: Curves,
    private readonly round: (value: number) => number,
  ) {
    this.logRadius = grid.plane((row, column) => scalarMath.log2(grid.radius(row, column)));
  }

  radial(shift: number, high: boolean, height: number, width: number): Float64Array {
    const curve = this.curves.radial(shift, high);
    return cropPlane(this.logRadius, height, width).values.map((value) => this.round(curve(value)));
  }

  angular(count: number, oneSided: boolean, height: number, width: number): Float64Array[] {
    return Array.from({ length: count }, (_, band) => {
      return cropPlane(this.wholeAngular(band, oneSided), height, width).values;
    });
  }

  private wholeAngular(band: number, oneSided: boolean): Plane {
    const key = `${band} ${oneSided}`;
    const known = this.whole.get(key);
    if (known) return known;
    const { grid, round } = this;
    const curve = this.curves.angular(band, oneSided);
    const plane = grid.plane((row, column) => round(curve(row, column)));
    this.whole.set(key, plane);
    return plane;
  }
}

/**
 * The masks of a steerable pyramid in the Fourier domain, as plain numbers: real planes of the whole spectrum (not half of it)
 * in the order of `fft2`, the zero frequency first.
 *
 * With r the length of a frequency as a part of the highest one, L = log₂ r and w = `twidth`, the radial curves are
 * high(L) = cos(π/2 · clamp(L / w, -1, 0)) and low(L) = √(1 - high²); scale i uses high(L + i + 1) and low(L + i + 1). The angular
 * curves are √c cosᵒ(θ - πb / (o + 1)), with c such that their squares sum to 1.
 *
 * @param imageShape - [height, width]
 * @throws {@link ValidationError} when a value is out of range
 *
 * Sources: Karasaridis & Simoncelli, "A filter design technique for steerable pyramid image transforms", ICASSP 1996.
 *
 * @example
 * ```ts
 * import { steerableMasks } from "@plenoptic/process";
 * const { levels } = steerableMasks([64, 48], { height: 2, order: 1 });
 * console.log(levels.map(({ height, width, angles }) => [height, width, angles.length])); // [64, 48, 2] [32, 24, 2]
 * ```
 */
export function steerableMasks(
  imageShape: readonly [height: number, width: number],
  options: SteerableMaskOptions = {},
): SteerableMasks {
  const { order, twidth, isComplex, downsample, numScales, maskPrecision } = checkMaskOptions(
    imageShape,
    options,
  );
  const grid = new FrequencyGrid(imageShape);
  const tabulated = maskPrecision === "float32";
  const curves = (tabulated ? tabulatedCurves : exactCurves)(grid, order, twidth);
  const make = new MaskMaker(grid, curves, tabulated ? Math.fround : (value) => value);

  let [height, width] = imageShape;
  const levels = Array.from({ length: numScales }, (_, scale): SteerableLevelMasks => {
    const [lowHeight, lowWidth] = downsample
      ? [Math.ceil(height / 2), Math.ceil(width / 2)]
      : [height, width];
    const anglesForReconstruction = make.angular(order + 1, false, height, width);
    const level = {
      height,
      width,
      highpass: make.radial(scale + 1, true, height, width),
      angles: isComplex ? make.angular(order + 1, true, height, width) : anglesForReconstruction,
      anglesForReconstruction,
      lowpass: make.radial(scale + 1, false, lowHeight, lowWidth),
      lowHeight,
      lowWidth,
    };
    [height, width] = [lowHeight, lowWidth];
    return level;
  });
  const [rows, columns] = imageShape;
  return {
    highpass: make.radial(0, true, rows, columns),
    lowpass0: make.radial(0, false, rows, columns),
    levels,
  };
}
