// A side of a matrix is an index that counts through several axes of an array, the last fastest. `axes` points to rows of
// four i32, outermost axis first: [extent, stride in one array, stride in another array, scratch], strides in bytes.

// @ts-ignore: decorator
@inline
function axis(axes: usize, d: i32): usize {
  return axes + <usize>(d << 4);
}

/** Writes the offsets in both arrays of the `count` positions from `start` on. */
export function fillOffsets(axes: usize, rank: i32, start: i32, count: i32, first: usize, second: usize): void {
  if (count == 0) return;
  let p: usize = 0;
  let q: usize = 0;
  for (let d = rank - 1; d >= 0; d--) {
    const at = axis(axes, d);
    const extent = load<i32>(at);
    const digit = start % extent;
    start /= extent;
    store<i32>(at, digit, 12);
    p += <usize>(digit * load<i32>(at, 4));
    q += <usize>(digit * load<i32>(at, 8));
  }
  const last = axis(axes, rank - 1);
  const extent = load<i32>(last);
  const stepP = <usize>load<i32>(last, 4);
  const stepQ = <usize>load<i32>(last, 8);
  let digit = load<i32>(last, 12);
  while (count > 0) {
    const run = min<i32>(extent - digit, count);
    for (let i = 0; i < run; i++) {
      store<usize>(first, p);
      store<usize>(second, q);
      first += sizeof<usize>();
      second += sizeof<usize>();
      p += stepP;
      q += stepQ;
    }
    count -= run;
    digit = 0;
    // Back to the start of the last axis, and one step on along the axes before it.
    p -= <usize>extent * stepP;
    q -= <usize>extent * stepQ;
    for (let d = rank - 2; d >= 0; d--) {
      const at = axis(axes, d);
      const next = load<i32>(at, 12) + 1;
      p += <usize>load<i32>(at, 4);
      q += <usize>load<i32>(at, 8);
      if (next < load<i32>(at)) {
        store<i32>(at, next, 12);
        break;
      }
      p -= <usize>(load<i32>(at) * load<i32>(at, 4));
      q -= <usize>(load<i32>(at) * load<i32>(at, 8));
      store<i32>(at, 0, 12);
    }
  }
}

/** Whether `count` offsets from `offsets` on are those of neighbouring values of `size` bytes. */
export function areNeighbours(offsets: usize, count: i32, size: usize): bool {
  let expected = load<usize>(offsets);
  for (let i = 1; i < count; i++) {
    expected += size;
    if (load<usize>(offsets + <usize>i * sizeof<usize>()) != expected) return false;
  }
  return true;
}

/** For each of `count` offsets a byte: 1 where it and the next `lanes - 1` are neighbours. */
export function markRuns(offsets: usize, count: i32, lanes: i32, size: usize, marks: usize): void {
  for (let i = 0; i < count; i++) {
    const fits = i + lanes <= count && areNeighbours(offsets + <usize>i * sizeof<usize>(), lanes, size);
    store<u8>(marks + i, u8(fits));
  }
}
