// One pass joins transforms of a length to such of a length `radix` times greater (decimation in time: Cooley & Tukey,
// Math. Comp. 19, 1965), in place on a buffer whose elements came in the order of `placesOf`.

import { butterfly2, butterfly3, butterfly4, butterfly5, butterflyOdd } from "./butterflies";
import { circleOf, distanceOf, PAIR, radixOf, twiddlesOf } from "./plan";

/** One butterfly of any radix; all but the pointers are constants or loop invariants where this is inlined. */
// @ts-ignore: decorator
@inline
function butterfly<T>(radix: i32, p: usize, step: usize, w: usize, turn: bool): void {
  if (radix == 4) butterfly4<T>(p, step, w, turn);
  else if (radix == 2) butterfly2<T>(p, step, w, turn);
  else if (radix == 3) butterfly3<T>(p, step, w, turn);
  else butterfly5<T>(p, step, w, turn);
}

// @ts-ignore: decorator
@inline
function fixedPass<T>(radix: i32, buffer: usize, blocks: i32, distance: i32, l: i32, twiddles: usize): void {
  const step = <usize>(distance * l) * PAIR;
  const row = <usize>l * PAIR;
  const advance = <usize>(2 * (radix - 1)) * sizeof<T>();
  for (let p = buffer; blocks > 0; blocks--) {
    // The first butterfly of a block has the factors 1.
    for (const end = p + row; p < end; p += PAIR) butterfly<T>(radix, p, step, 0, false);
    let w = twiddles + advance;
    for (let j = 1; j < distance; j++) {
      for (const end = p + row; p < end; p += PAIR) butterfly<T>(radix, p, step, w, true);
      w += advance;
    }
    p += <usize>(radix - 1) * step;
  }
}

// @ts-ignore: decorator
@inline
function oddPass<T>(
  radix: i32, buffer: usize, blocks: i32, distance: i32, l: i32, twiddles: usize, circle: usize, scratch: usize,
): void {
  const step = <usize>(distance * l) * PAIR;
  const row = <usize>l * PAIR;
  const advance = <usize>(2 * (radix - 1)) * sizeof<T>();
  for (let p = buffer; blocks > 0; blocks--) {
    let w = twiddles;
    for (let j = 0; j < distance; j++) {
      for (const end = p + row; p < end; p += PAIR) butterflyOdd<T>(p, step, w, true, radix, circle, scratch);
      w += advance;
    }
    p += <usize>(radix - 1) * step;
  }
}

/**
 * The passes `first` up to but not `end` of a plan, on `n` elements: all, or a part that these passes leave to itself. `scratch` has
 * room for as many pairs as the largest radix.
 */
export function runPasses<T>(plan: usize, n: i32, buffer: usize, l: i32, first: i32, end: i32, scratch: usize): void {
  for (let pass = first; pass < end; pass++) {
    const radix = radixOf(plan, pass);
    const distance = distanceOf(plan, pass);
    const twiddles = twiddlesOf(plan, pass);
    const blocks = n / (radix * distance);
    if (radix == 4) fixedPass<T>(4, buffer, blocks, distance, l, twiddles);
    else if (radix == 2) fixedPass<T>(2, buffer, blocks, distance, l, twiddles);
    else if (radix == 3) fixedPass<T>(3, buffer, blocks, distance, l, twiddles);
    else if (radix == 5) fixedPass<T>(5, buffer, blocks, distance, l, twiddles);
    else oddPass<T>(radix, buffer, blocks, distance, l, twiddles, circleOf(plan, pass), scratch);
  }
}
