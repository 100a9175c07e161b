// Elementary functions to some 70 digits, as fixed-point numbers: whole multiples of 2^-bits.

const bits = 240n;
const one = 1n << bits;

const times = (a: bigint, b: bigint) => (a * b) >> bits;
const over = (a: bigint, b: bigint) => (a << bits) / b;
const size = (a: bigint) => (a < 0n ? -a : a);

/** A double as it is, without rounding, if it is 0 or above 2^-180. */
export function fixed(x: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  const word = view.getBigUint64(0);
  const exponent = (word >> 52n) & 0x7ffn;
  const mantissa = (word & 0xfffffffffffffn) | (exponent > 0n ? 1n << 52n : 0n);
  const shift = exponent - 1075n + bits;
  const value = shift >= 0n ? mantissa << shift : mantissa >> -shift;
  return x < 0 ? -value : value;
}

/** About, as a double. */
export function toNumber(a: bigint): number {
  const extra = Math.max(0, size(a).toString(2).length - 64);
  return Number(a >> BigInt(extra)) * 2 ** (extra - Number(bits));
}

/** Σ of terms that get small, each from the one before. */
function total(first: bigint, next: (term: bigint, n: bigint) => bigint): bigint {
  let sum = first;
  let term = first;
  for (let n = 1n; term !== 0n; n++) {
    term = next(term, n);
    sum += term;
  }
  return sum;
}

/** Σ (±1)^k x^(2k+1) / (2k+1), for |x| < 1. */
function oddSeries(x: bigint, sign: 1n | -1n): bigint {
  const square = sign * times(x, x);
  let power = x;
  let sum = x;
  for (let k = 3n; power !== 0n && power !== -1n; k += 2n) {
    power = times(power, square);
    sum += power / k;
  }
  return sum;
}

const ln2 = 2n * oddSeries(one / 3n, 1n);
// Machin's formula.
export const pi = 4n * (4n * oddSeries(one / 5n, -1n) - oddSeries(one / 239n, -1n));

export function sqrt(x: bigint): bigint {
  if (x === 0n) return 0n;
  const target = x << bits;
  let y = 1n << BigInt((target.toString(2).length + 1) >> 1);
  for (;;) {
    const better = (y + target / y) >> 1n;
    if (better >= y) return y;
    y = better;
  }
}

export function exp(x: bigint): bigint {
  const n = x / ln2;
  const y = total(one, (term, k) => times(term, x - n * ln2) / k);
  return n >= 0n ? y << n : y >> -n;
}

export function log(x: bigint): bigint {
  let shift = 0n;
  let m = x;
  for (; m > (3n * one) / 2n; m >>= 1n) shift++;
  for (; m < (3n * one) / 4n; m <<= 1n) shift--;
  // Shifting right may have cut bits off; the quotient of x and the power of two has not.
  const exactly = shift > 0n ? over(x, one << shift) : m;
  return shift * ln2 + 2n * oddSeries(over(exactly - one, exactly + one), 1n);
}

/** Sine and cosine. */
export function sinCos(x: bigint): [bigint, bigint] {
  const turn = 2n * pi;
  let r = x % turn;
  if (r > pi) r -= turn;
  if (r < -pi) r += turn;
  const square = times(r, r);
  const s = total(r, (term, k) => -times(term, square) / (2n * k * (2n * k + 1n)));
  const c = total(one, (term, k) => -times(term, square) / (2n * k * (2n * k - 1n)));
  return [s, c];
}

export function atan(x: bigint): bigint {
  if (size(x) > one) return (x > 0n ? pi / 2n : -pi / 2n) - atan(over(one, x));
  // atan x = 2 atan(x / (1 + √(1 + x²))), twice, for a small argument of the series.
  const half = (y: bigint) => over(y, one + sqrt(one + times(y, y)));
  return 4n * oddSeries(half(half(x)), -1n);
}

/** 2/√π Σ (-1)^n x^(2n+1) / (n! (2n+1)). */
export function erf(x: bigint): bigint {
  const square = times(x, x);
  let power = x;
  let sum = x;
  for (let n = 1n; size(power) > 1n; n++) {
    power = -times(power, square) / n;
    sum += power / (2n * n + 1n);
  }
  return over(2n * sum, sqrt(pi));
}

const acos = (x: bigint) => (x === -one ? pi : 2n * atan(over(sqrt(one - x), sqrt(one + x))));

const asinh = (x: bigint) => {
  const y = log(size(x) + sqrt(times(x, x) + one));
  return x < 0n ? -y : y;
};

/** Exact forms, by the names of the ops. */
export const exact: Record<string, (x: bigint) => bigint> = {
  exp,
  expm1: (x) => exp(x) - one,
  log,
  log1p: (x) => log(one + x),
  sqrt,
  sin: (x) => sinCos(x)[0],
  cos: (x) => sinCos(x)[1],
  tan: (x) => over(...sinCos(x)),
  atan,
  asin: (x) => pi / 2n - acos(x),
  acos,
  sinh: (x) => (exp(x) - exp(-x)) / 2n,
  cosh: (x) => (exp(x) + exp(-x)) / 2n,
  tanh: (x) => over(exp(x) - exp(-x), exp(x) + exp(-x)),
  asinh,
  acosh: (x) => log(x + sqrt(times(x, x) - one)),
  atanh: (x) => log(over(one + x, one - x)) / 2n,
  erf,
  sigmoid: (x) => over(one, one + exp(-x)),
  softplus: (x) => (x > 20n * one ? x : log(one + exp(x))),
  elu: (x) => (x < 0n ? exp(x) - one : x),
};

const precisions = {
  float64: { mantissa: 52, least: 2 ** -1074 },
  float32: { mantissa: 23, least: 2 ** -149 },
};

/** |y - exact| in units in the last place of the exact value. */
export function ulps(y: number, value: bigint, dtype: "float64" | "float32"): number {
  const { mantissa, least } = precisions[dtype];
  const about = Math.abs(toNumber(value));
  const unit = Math.max(least, 2 ** (Math.floor(Math.log2(about)) - mantissa));
  return Math.abs(toNumber(fixed(y) - value)) / unit;
}
