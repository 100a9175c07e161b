// Kernels on whole numbers. The codes are those of src/kernels/unary.ts and src/kernels/binary.ts.
// Results wrap around at 2^31.

// @ts-ignore: decorator
@inline
function apply(code: i32, x: v128): v128 {
  const zero = i32x4.splat(0);
  switch (code) {
    case 0: return i32x4.abs(x);
    case 1: return i32x4.neg(x);
    case 4: return i32x4.mul(x, x);
    case 9: return i32x4.max_s(x, zero);
    // Masks are -1 where they hold.
    case 10: return i32x4.sub(i32x4.lt_s(x, zero), i32x4.gt_s(x, zero));
    default: return x;
  }
}

// @ts-ignore: decorator
@inline
function loop(code: i32, x: usize, y: usize, n: i32): void {
  const end = x + (<usize>n << 2);
  while (x < end) {
    v128.store(y, apply(code, v128.load(x)));
    x += 16;
    y += 16;
  }
}

export function unary_i32(code: i32, x: usize, y: usize, n: i32): void {
  switch (code) {
    case 0: return loop(0, x, y, n);
    case 1: return loop(1, x, y, n);
    case 4: return loop(4, x, y, n);
    case 9: return loop(9, x, y, n);
    case 10: return loop(10, x, y, n);
    default: unreachable();
  }
}

export function clip_i32(x: usize, y: usize, n: i32, lowest: f64, highest: f64): void {
  const lo = i32x4.splat(<i32>lowest);
  const hi = i32x4.splat(<i32>highest);
  const end = x + (<usize>n << 2);
  while (x < end) {
    v128.store(y, i32x4.min_s(i32x4.max_s(v128.load(x), lo), hi));
    x += 16;
    y += 16;
  }
}

/** a / b rounded down; 0 where b is 0, which has no infinity to give. */
function floorDiv(a: i32, b: i32): i32 {
  if (b == 0) return 0;
  // -2^31 / -1 does not fit, and would stop the module.
  if (b == -1) return -a;
  const q = a / b;
  return q * b != a && (a < 0) != (b < 0) ? q - 1 : q;
}

/** What floorDiv leaves: of the sign of b, 0 where b is 0. */
function mod(a: i32, b: i32): i32 {
  return b == 0 ? 0 : a - floorDiv(a, b) * b;
}

/** a^b by repeated squaring; a fraction is cut off to 0. */
function power(a: i32, b: i32): i32 {
  if (b < 0) return a == 1 ? 1 : a == -1 ? (b & 1 ? -1 : 1) : 0;
  let y = 1;
  while (b > 0) {
    if (b & 1) y *= a;
    a *= a;
    b >>= 1;
  }
  return y;
}

// @ts-ignore: decorator
@inline
function value(code: i32, a: i32, b: i32): i32 {
  switch (code) {
    case 0: return a + b;
    case 1: return a - b;
    case 2: return a * b;
    case 4: return max<i32>(a, b);
    case 5: return min<i32>(a, b);
    case 6: return (a - b) * (a - b);
    case 7: return power(a, b);
    case 9: return floorDiv(a, b);
    case 10: return mod(a, b);
    default: return a & b;
  }
}

// @ts-ignore: decorator
@inline
function run(code: i32, a: usize, sa: usize, b: usize, sb: usize, y: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    store<i32>(y, value(code, load<i32>(a), load<i32>(b)));
    a += sa;
    b += sb;
    y += 4;
  }
}

function chosen(code: i32, a: usize, sa: usize, b: usize, sb: usize, y: usize, n: i32): void {
  switch (code) {
    case 0: return run(0, a, sa, b, sb, y, n);
    case 1: return run(1, a, sa, b, sb, y, n);
    case 2: return run(2, a, sa, b, sb, y, n);
    default: run(code, a, sa, b, sb, y, n);
  }
}

function binary(code: i32, a: usize, b: usize, y: usize, dims: usize, rank: i32): usize {
  const n = load<i32>(dims);
  const sa = <usize>load<i32>(dims, 4) << 2;
  const sb = <usize>load<i32>(dims, 8) << 2;
  if (rank == 1) {
    chosen(code, a, sa, b, sb, y, n);
    return y + (<usize>n << 2);
  }
  for (let i = 0; i < n; i++) {
    y = binary(code, a, b, y, dims + 12, rank - 1);
    a += sa;
    b += sb;
  }
  return y;
}

/** Two inputs that broadcast, as in binary.ts. */
export function binary_i32(code: i32, a: usize, b: usize, y: usize, dims: usize, rank: i32): void {
  binary(code, a, b, y, dims, rank);
}
