import { invalidArgument, nearest } from "@plenoptic/tensor";

const root2 = Math.SQRT2;

/** Left half, and the middle, of a symmetric filter of odd length. */
const aroundMiddle = (...taps: number[]) => [...taps, ...taps.slice(0, -1).reverse()];
/** Left half of a symmetric filter of even length, times √2. */
const mirrored = (...taps: number[]) => [...taps, ...taps.slice().reverse()].map((tap) => root2 * tap);

/**
 * Sources: quadrature mirror filters of odd length: Simoncelli & Adelson, "Subband transforms", in Subband Image Coding, 1990; of even
 * length: Johnston, "A filter family designed for use in quadrature mirror filter banks", ICASSP 1980; daub: Daubechies,
 * "Orthonormal bases of compactly supported wavelets", Commun. Pure Appl. Math. 41, 1988.
 */
const filters: Readonly<Record<string, readonly number[]>> = {
  haar: [1 / root2, 1 / root2],
  qmf5: aroundMiddle(-0.076103, 0.3535534, 0.8593118),
  qmf9: aroundMiddle(0.02807382, -0.060944743, -0.073386624, 0.41472545, 0.7973934),
  qmf13: aroundMiddle(
    ...[-0.014556438, 0.021651438, 0.039045125, -0.09800052, -0.057827797, 0.42995453, 0.7737113],
  ),
  qmf8: mirrored(0.00938715, -0.07065183, 0.06942827, 0.4899808),
  qmf12: mirrored(-0.003809699, 0.01885659, -0.002710326, -0.08469594, 0.08846992, 0.4843894),
  qmf16: mirrored(
    ...[0.001050167, -0.005054526, -0.002589756, 0.0276414, -0.009666376, -0.09039223, 0.09779817, 0.4810284],
  ),
  daub2: [0.482962913145, 0.836516303738, 0.224143868042, -0.129409522551],
  daub3: [0.33267055295, 0.806891509311, 0.459877502118, -0.13501102001, -0.085441273882, 0.035226291882],
  daub4: [
    ...[0.230377813309, 0.714846570553, 0.63088076793, -0.027983769417],
    ...[-0.187034811719, 0.030841381836, 0.032883011667, -0.010597401785],
  ],
  gauss3: aroundMiddle(0.25 * root2, 0.5 * root2),
  gauss5: aroundMiddle(0.0625 * root2, 0.25 * root2, 0.375 * root2),
};

/** √2 times the binomial coefficients of order n - 1 over their sum: n - 1 times the mean of neighbours. */
function binomial(n: number): number[] {
  let taps = [1];
  for (let length = 1; length < n; length++) {
    taps = [...taps, 0].map((tap, i) => (tap + (i > 0 ? taps[i - 1] : 0)) / 2);
  }
  return taps.map((tap) => root2 * tap);
}

/**
 * The taps of a well-known filter of one dimension, as pyrtools names them: `binomN` (binomial coefficients of order N - 1, N ≥ 2),
 * `haar`, `qmf5`, `qmf8`, `qmf9`, `qmf12`, `qmf13`, `qmf16` (quadrature mirror filters), `daub2`, `daub3`, `daub4` (Daubechies
 * wavelets), `gauss3` and `gauss5` (binom3 and binom5). Binomial filters sum to √2, the others have an energy of 1, to their printed
 * digits.
 *
 * @throws {@link ValidationError} when there is no filter of that name
 *
 * @example
 * ```ts
 * import { namedFilter } from "@plenoptic/process";
 * console.log(namedFilter("binom3")); // 0.354 0.707 0.354
 * ```
 */
export function namedFilter(name: string): Float64Array {
  const order = /^binom(\d+)$/.exec(name);
  if (order && Number(order[1]) >= 2) return Float64Array.from(binomial(Number(order[1])));
  if (Object.hasOwn(filters, name)) return Float64Array.from(filters[name]);
  const names = ["binomN (N at least 2)", ...Object.keys(filters)];
  const close = nearest(String(name), Object.keys(filters));
  throw invalidArgument(
    "filtname",
    name,
    `one of ${names.join(", ")}`,
    close ? `Did you mean "${close}"?` : "",
  );
}
