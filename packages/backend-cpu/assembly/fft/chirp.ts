// Lengths with a large prime factor: u k = (u² + k² - (u - k)²) / 2 turns the sum into a convolution, done by transforms of a
// longer length with small factors (Bluestein, IEEE Trans. Audio Electroacoust. 18, 1970).

import { turnedImag, turnedReal } from "./butterflies";
import { chirpOf, chirpSpectrumOf, lengthOf, longerOf, PAIR, passCount, placesOf } from "./plan";
import { runPasses } from "./passes";

/** Copies pair by pair `from` to `to`, times the number at `w`; `swap` exchanges the parts, which makes the next transform inverse. */
// @ts-ignore: decorator
@inline
function copyTurned<T>(from: usize, to: usize, l: i32, w: usize, swap: bool): void {
  for (let i = 0; i < l; i++) {
    const xr = v128.load(from);
    const xi = v128.load(from, 16);
    const yr = turnedReal<T>(xr, xi, w);
    const yi = turnedImag<T>(xr, xi, w);
    v128.store(to, swap ? yi : yr);
    v128.store(to, swap ? yr : yi, 16);
    from += PAIR;
    to += PAIR;
  }
}

/** Transforms n elements in natural order, in place; `work` has room for two buffers of the longer length, and its scratch. */
export function runChirp<T>(plan: usize, buffer: usize, l: i32, work: usize): void {
  const n = lengthOf(plan);
  const longer = longerOf(plan);
  const m = lengthOf(longer);
  const places = placesOf(longer);
  const chirp = chirpOf(plan);
  const spectrum = chirpSpectrumOf(plan);
  const row = <usize>l * PAIR;
  const size = <usize>(2 * sizeof<T>());
  const other = work + <usize>(m + 1) * row;
  const scratch = other + <usize>(m + 1) * row;
  memory.fill(work, 0, <usize>m * row);
  for (let i = 0; i < n; i++) {
    const place = load<i32>(places + (<usize>i << 2));
    copyTurned<T>(buffer + <usize>i * row, work + <usize>place * row, l, chirp + <usize>i * size, false);
  }
  runPasses<T>(longer, m, work, l, 0, passCount(longer), scratch);
  for (let i = 0; i < m; i++) {
    const place = load<i32>(places + (<usize>i << 2));
    copyTurned<T>(work + <usize>i * row, other + <usize>place * row, l, spectrum + <usize>i * size, true);
  }
  runPasses<T>(longer, m, other, l, 0, passCount(longer), scratch);
  for (let i = 0; i < n; i++) {
    const from = other + <usize>i * row;
    // The parts come out exchanged.
    for (let k: usize = 0; k < row; k += PAIR) {
      const xi = v128.load(from + k);
      const xr = v128.load(from + k, 16);
      const to = buffer + <usize>i * row + k;
      v128.store(to, turnedReal<T>(xr, xi, chirp + <usize>i * size));
      v128.store(to, turnedImag<T>(xr, xi, chirp + <usize>i * size), 16);
    }
  }
}
