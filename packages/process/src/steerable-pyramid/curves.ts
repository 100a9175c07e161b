import { scalarMath } from "@plenoptic/tensor";
import type { FrequencyGrid } from "./frequency-grid.js";

/** The radial and angular curves that masks are made of. */
export interface Curves {
  /**
   * What passes above (`high`) or below the transition, as a function of L = log₂ of a frequency's length; the transition ends at
   * L = -shift.
   */
  radial(shift: number, high: boolean): (logRadius: number) => number;
  /**
   * √c cosᵒ(θ - πb/(o + 1)) at the angle θ of a place of the whole image's spectrum; `oneSided`: twice that where the cosine is
   * above 0, and 0 elsewhere.
   */
  angular(band: number, oneSided: boolean): (row: number, column: number) => number;
}

/**
 * √c with c = 2²ᵒ (o!)² / ((o + 1) (2o)!), which makes the squares of the angular curves of order o sum to 1
 * (Karasaridis & Simoncelli, 1996).
 */
export function angularGain(order: number): number {
  const factorial = (n: number): bigint => (n < 2 ? 1n : BigInt(n) * factorial(n - 1));
  const numerator = 2n ** BigInt(2 * order) * factorial(order) ** 2n;
  const denominator = BigInt(order + 1) * factorial(2 * order);
  return Math.sqrt(Number(numerator) / Number(denominator));
}

/** The curves themselves: cos and sin of the place within the transition, powers of the cosine of the angle. */
export function exactCurves(grid: FrequencyGrid, order: number, twidth: number): Curves {
  const gain = angularGain(order);
  return {
    radial: (shift, high) => (logRadius) => {
      const part = (logRadius + shift) / twidth;
      if (part <= -1) return high ? 0 : 1;
      const [cos, sin] = scalarMath.cosSin((Math.min(part, 0) * Math.PI) / 2);
      return high ? cos : -sin;
    },
    angular: (band, oneSided) => {
      const [bandX, bandY] = scalarMath.rootOfUnity(band, 2 * (order + 1));
      return (row, column) => {
        const [y, x] = [grid.y(row), grid.x(column)];
        const radius = Math.sqrt(y * y + x * x);
        // The zero frequency counts as lying to the right, as atan2(0, 0) = 0 has it.
        const cosine = radius === 0 ? bandX : (x * bandX + y * bandY) / radius;
        if (oneSided && cosine <= 0) return 0;
        return (oneSided ? 2 : 1) * gain * scalarMath.integerPower(cosine, order);
      };
    },
  };
}

/** Piecewise linear interpolation of (xs, ys) with evenly spaced xs, constant beyond them, with numpy's arithmetic. */
export function interpolate(x: number, xs: Float64Array, ys: Float64Array): number {
  const last = xs.length - 1;
  if (x < xs[0]) return ys[0];
  if (x >= xs[last]) return ys[last];
  let k = Math.min(last - 1, Math.floor(((x - xs[0]) / (xs[last] - xs[0])) * last));
  while (xs[k] > x) k -= 1;
  while (xs[k + 1] <= x) k += 1;
  if (xs[k] === x) return ys[k];
  const slope = (ys[k + 1] - ys[k]) / (xs[k + 1] - xs[k]);
  return slope * (x - xs[k]) + ys[k];
}

/** Intervals of the reference's table of the radial curve. */
const radialIntervals = 256;
/** Intervals of its table of the angular curve in half a turn. */
const angularIntervals = 1024;

function radialTable(twidth: number): { xs: Float64Array; high: Float64Array; low: Float64Array } {
  const size = radialIntervals + 3;
  const angles = Float64Array.from(
    { length: size },
    (_, i) => (Math.PI * (i - radialIntervals - 1)) / (2 * radialIntervals),
  );
  const squares = angles.map((angle) => scalarMath.cosSin(angle)[0] ** 2);
  squares[0] = squares[1];
  squares[size - 1] = squares[size - 2];
  const high = squares.map(Math.sqrt);
  return {
    xs: angles.map((angle) => -twidth / 2 + ((2 * twidth) / Math.PI) * (angle + Math.PI / 4)),
    high,
    low: high.map((v) => Math.sqrt(1 - v * v)),
  };
}

/** The angular curve at the whole multiples of π / 1024 from a bit below -2π to a bit above π. */
function angularTable(order: number, oneSided: boolean): { xs: Float64Array; ys: Float64Array } {
  const first = -(2 * angularIntervals + 1);
  const xs = Float64Array.from(
    { length: 3 * angularIntervals + 3 },
    (_, i) => (Math.PI * (first + i)) / angularIntervals,
  );
  const gain = (oneSided ? 2 : 1) * angularGain(order);
  const ys = xs.map((x, i) => {
    // Steps to the nearest whole turn: on the side that counts they are less than a quarter of a turn.
    const turn = 2 * angularIntervals;
    const steps = ((((first + i + angularIntervals) % turn) + turn) % turn) - angularIntervals;
    if (oneSided && 2 * Math.abs(steps) >= angularIntervals) return 0;
    return gain * scalarMath.integerPower(scalarMath.cosSin(x)[0], order);
  });
  return { xs, ys };
}

/** The curves as the reference has them: interpolated in tables. */
export function tabulatedCurves(grid: FrequencyGrid, order: number, twidth: number): Curves {
  const angle = grid.plane((row, column) => scalarMath.atan2(grid.y(row), grid.x(column))).values;
  const radial = radialTable(twidth);
  const tables = [false, true].map((oneSided) => angularTable(order, oneSided));
  return {
    radial: (shift, high) => {
      let { xs } = radial;
      // One octave at a time, which rounds as the reference does.
      for (let octave = 0; octave < shift; octave++) xs = xs.map((x) => x - 1);
      const ys = high ? radial.high : radial.low;
      return (logRadius) => interpolate(logRadius, xs, ys);
    },
    angular: (band, oneSided) => {
      const { xs, ys } = tables[Number(oneSided)];
      const turned = xs.map((x) => x + (Math.PI * band) / (order + 1));
      return (row, column) => interpolate(angle[row * grid.width + column], turned, ys);
    },
  };
}
