// The angle that is left of a large one when all whole quarters of the circle are taken off (Payne & Hanek, SIGNUM
// Newsletter 18, 1983): x is a whole number m times a power of two; of the bits of 2/π, those count whose product with m
// is neither a multiple of four quarters nor too small to matter.

// 64 zero bits, then the bits of 2/π.
const TABLE = memory.data<u64>([
  0x0000000000000000, 0xa2f9836e4e441529, 0xfc2757d1f534ddc0, 0xdb6295993c439041,
  0xfe5163abdebbc561, 0xb7246e3a424dd2e0, 0x06492eea09d1921c, 0xfe1deb1cb129a73e,
  0xe88235f52ebb4484, 0xe99c7026b45f7e41, 0x3991d639835339f4, 0x9c845f8bbdf9283b,
  0x1ff897ffde05980f, 0xef2f118b5a0a6d1f, 0x6d367ecf27cb09b7, 0x4f463f669e5fea2d,
  0x7527bac7ebe5f17b, 0x3d0739f78a5292ea, 0x6bfb5fb11f8d5d08, 0x56033046fc7b6bab,
  0xf0cfbc209af4361d, 0xa9e391615ee61b08,
]);

/** What {@link farQuarter} leaves: an angle in [-π/4, π/4], as the sum of these two. */
export let angleHigh: f64 = 0;
export let angleLow: f64 = 0;

/** The upper 64 bits of a product. */
function mulHigh(a: u64, b: u64): u64 {
  const a0 = a & 0xffffffff;
  const a1 = a >> 32;
  const b0 = b & 0xffffffff;
  const b1 = b >> 32;
  const p = a1 * b0 + ((a0 * b0) >> 32);
  const q = a0 * b1 + (p & 0xffffffff);
  return a1 * b1 + (p >> 32) + (q >> 32);
}

/** 64 bits of the table, the first of them given. */
function bitsFrom(first: i32): u64 {
  const at = TABLE + (<usize>(first >> 6) << 3);
  const shift = <u64>(first & 63);
  return (load<u64>(at) << shift) | ((load<u64>(at, 8) >> 1) >> (63 - shift));
}

/** 2^n for -1022 <= n <= 1023. */
function powerOfTwo(n: i32): f64 {
  return reinterpret<f64>(<u64>(n + 1023) << 52);
}

const SPLITTER: f64 = 134217729;

/** The upper half of a double's bits. */
function upper(x: f64): f64 {
  const c = x * SPLITTER;
  return c - (c - x);
}

/** Sets the angle (a + b) π/2, b being small. */
function setAngle(a: f64, b: f64): void {
  const quarter = 1.5707963267948966;
  const product = a * quarter;
  // Dekker's product: what rounding it has lost.
  const ah = upper(a);
  const qh = upper(quarter);
  const lost = ah * qh - product + ah * (quarter - qh) + (a - ah) * qh + (a - ah) * (quarter - qh);
  const rest = lost + (a * 6.123233995736766e-17 + b * quarter);
  angleHigh = product + rest;
  angleLow = product - angleHigh + rest;
}

/** The number of quarters nearest to x, in its last two bits, for |x| > 10^6. */
export function farQuarter(x: f64): i64 {
  const word = reinterpret<u64>(x);
  const exponent = <i32>(word >> 52) & 0x7ff;
  if (exponent == 0x7ff) {
    angleHigh = NaN;
    return 0;
  }
  const m = (word & 0x000fffffffffffff) | 0x0010000000000000;
  // x = m 2^(exponent - 1075). The first bit of the window has the weight of 2 quarters in the product.
  const first = exponent - 1013;
  const w1 = bitsFrom(first + 64);
  const low = m * w1;
  const mid = low + mulHigh(m, bitsFrom(first + 128));
  const top = m * bitsFrom(first) + mulHigh(m, w1) + u64(mid < low);
  let quarter = <i64>(top >> 62);
  let hi = (top << 2) | (mid >> 62);
  let lo = mid << 2;
  const above = hi >> 63 != 0;
  if (above) {
    // The next quarter is nearer.
    quarter++;
    lo = -lo;
    hi = ~hi + u64(lo == 0);
  }
  // No double lies so near to a multiple of π/2 that hi would be 0.
  const zeros = clz<u64>(hi);
  const bits = (hi << zeros) | ((lo >> 1) >> (63 - zeros));
  const further = lo << zeros;
  const scale = powerOfTwo(-53 - <i32>zeros);
  setAngle(<f64>(bits >> 11) * scale, <f64>(((bits & 0x7ff) << 42) | (further >> 22)) * scale * powerOfTwo(-53));
  if (above != x < 0) {
    angleHigh = -angleHigh;
    angleLow = -angleLow;
  }
  return x < 0 ? -quarter : quarter;
}
