import { type KernelSize, kernelShape } from "@plenoptic/process";
import { NumericalError } from "@plenoptic/tensor";

const f = Math.fround;

/** A float32 sum in up to four levels: whole blocks move up a level, so that rounding does not grow with the length. */
function cascadeSum(values: readonly number[]): number {
  const blockBits = Math.max(4, Math.floor(Math.ceil(Math.log2(Math.max(values.length, 1))) / 4));
  const block = 2 ** blockBits;
  const levels = [0, 0, 0, 0];
  values.forEach((value, i) => {
    levels[0] = f(levels[0] + value);
    // After block^j values, level j - 1 is full.
    for (let j = 1; j < levels.length && (i + 1) % block ** j === 0; j++) {
      levels[j] = f(levels[j] + levels[j - 1]);
      levels[j - 1] = 0;
    }
  });
  return levels.reduce((total, level) => f(total + level));
}

/**
 * The sum of float32 numbers as PyTorch's CPU kernel rounds it (found by comparing results): eight lanes of a register,
 * four registers in turn, the rest after them, then the lanes one by one.
 */
export function sumLikePyTorch(values: ArrayLike<number>): number {
  const [lanes, registers] = [8, 4];
  const rows = Math.floor(values.length / lanes);
  const wholeRows = rows - (rows % registers);
  const laneSum = (lane: number) => {
    const at = (row: number) => values[row * lanes + lane];
    const partial = (register: number) =>
      cascadeSum(Array.from({ length: wholeRows / registers }, (_, i) => at(i * registers + register)));
    let total = partial(0);
    for (let row = wholeRows; row < rows; row++) total = f(total + at(row));
    for (let register = 1; register < registers; register++) total = f(total + partial(register));
    return total;
  };
  let total = 0;
  for (let i = rows * lanes; i < values.length; i++) total = f(total + values[i]);
  for (let lane = 0; lane < lanes; lane++) total = f(total + laneSum(lane));
  return total;
}

/** A normalized Gaussian whose every step is rounded to float32. */
function gaussianInFloat32(height: number, width: number, std: number): Float32Array {
  const scale = f(-2 * f(std * std));
  const taps = Float32Array.from({ length: height * width }, (_, at) => {
    const y = Math.floor(at / width) - (height - 1) / 2;
    const x = (at % width) - (width - 1) / 2;
    return Math.exp(f(f(x * x + y * y) / scale));
  });
  const total = sumLikePyTorch(taps);
  return taps.map((tap) => tap / total);
}

/**
 * The reference's default filters, row by row: G(√3), then (G(1) - G(√3)) divided by its own sum. That sum is 0 but for
 * rounding, so the size and sign of the second filter are decided by the last bits of float32 sums: they are made here
 * with the same roundings.
 *
 * @throws {@link NumericalError} for the sizes where the sum comes out as 0, and the reference's filter is not finite
 */
export function referenceFilters(kernelSize: KernelSize): Float32Array {
  const [height, width] = kernelShape(kernelSize);
  const wide = gaussianInFloat32(height, width, f(Math.sqrt(3)));
  const band = gaussianInFloat32(height, width, 1).map((tap, i) => tap - wide[i]);
  const total = sumLikePyTorch(band);
  if (total === 0) {
    throw new NumericalError(
      `Linear's second filter of ${height} × ${width} is divided by its sum, which is 0 at this size. ` +
        "Use another kernelSize, or give filters of your own as weight.",
    );
  }
  return Float32Array.from([...wide, ...band.map((tap) => tap / total)]);
}
