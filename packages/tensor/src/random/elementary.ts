// Logarithms, sin, cos, atan2 and powers with + - * / alone: the engine's own Math functions may differ between browsers in
// the last bit. What rounding loses in the leading terms is carried along (Dekker, Numer. Math. 18, 1971), which keeps
// logarithms within 0.51 units in the last place, sin and cos within 0.66, atan2 within 0.55, and powers within 0.5
// (measured against 200 bits).

const bits = new DataView(new ArrayBuffer(8));

/** What is lost in rounding `sum` = a + b (Knuth's two-sum). */
function sumError(a: number, b: number, sum: number): number {
  const part = sum - a;
  return a - (sum - part) + (b - part);
}

/** What is lost in rounding `product` = a · b, each factor being cut into two halves of 26 bits (Dekker). */
function productError(a: number, b: number, product: number): number {
  const [ca, cb] = [134217729 * a, 134217729 * b];
  const [ah, bh] = [ca - (ca - a), cb - (cb - b)];
  const [al, bl] = [a - ah, b - bh];
  return ah * bh - product + ah * bl + al * bh + al * bl;
}

// ln 2 in two parts, the first short enough that a whole multiple of it is exact (Cody & Waite, 1980).
const ln2High = 0.6931471806019545;
const ln2Low = -4.2009150726810846e-11;

/** x > 0 as 2^k m with m near 1, and ln m = 2 atanh((m - 1) / (m + 1)) by its series, in two parts. */
function splitLogarithm(x: number): [k: number, high: number, low: number] {
  bits.setFloat64(0, x);
  const top = bits.getUint32(0);
  let k = (top >>> 20) - 1023;
  bits.setUint32(0, (top & 0x000fffff) | 0x3ff00000);
  let m = bits.getFloat64(0);
  if (m > Math.SQRT2) {
    m /= 2;
    k += 1;
  }
  const f = m - 1;
  const d = m + 1;
  const s = f / d;
  const sd = s * d;
  const sLow = (f - sd - productError(s, d, sd) - s * sumError(m, 1, d)) / d;
  const z = s * s;
  let tail = 2 / 25;
  for (let n = 23; n >= 3; n -= 2) tail = tail * z + 2 / n;
  return [k, 2 * s, 2 * sLow + s * z * tail];
}

/** ln x for normal x > 0. */
export function ln(x: number): number {
  const [k, high, low] = splitLogarithm(x);
  const shift = k * ln2High;
  const sum = shift + high;
  return sum + (sumError(shift, high, sum) + (low + k * ln2Low));
}

/** What the double nearest to 1 / ln 2 lacks. */
const log2eLow = 2.0355273740931033e-17;

/** The logarithm to base 2 of normal x > 0; exact for powers of 2. */
export function log2(x: number): number {
  const [k, high, low] = splitLogarithm(x);
  const scaled = high * Math.LOG2E;
  const scaledLow = productError(high, Math.LOG2E, scaled) + (high * log2eLow + low * Math.LOG2E);
  const sum = k + scaled;
  return sum + (sumError(k, scaled, sum) + scaledLow);
}

/** ln(1 + x) for -1 < x ≤ 0: the logarithm of the rounded sum, corrected for what rounding lost. */
export function ln1p(x: number): number {
  const u = 1 + x;
  return u === 1 ? x : ln(u) + (x - (u - 1)) / u;
}

// π/2 in three parts; 20-bit multiples of the first two are exact (Cody & Waite).
const halfPi = [1.5707963267341256, 6.077100506303966e-11, 2.0222662487959506e-21];

/** What the double nearest to π/2 lacks. */
const halfPiLow = 6.123233995736766e-17;

/** sin(r + low) for |r| ≤ π/4 and a small correction, by Taylor's series. */
function sineSeries(r: number, low: number): number {
  const z = r * r;
  let p = 0;
  for (let n = 21; n >= 3; n -= 2) p = ((p + 1) * -z) / (n * (n - 1));
  return r + (r * p + low * (1 - 0.5 * z));
}

/** cos(r + low), as {@link sineSeries}; the error of 1 - r²/2 is carried along. */
function cosineSeries(r: number, low: number): number {
  const z = r * r;
  let p = 0;
  for (let n = 22; n >= 4; n -= 2) p = ((p + 1) * -z) / (n * (n - 1));
  const head = 1 - 0.5 * z;
  const lost = 1 - head - 0.5 * z - 0.5 * productError(r, r, z);
  return head + (lost - 0.5 * z * p - r * low);
}

/** [cos x, sin x] of an angle in radians, for |x| below 10⁶. */
export function cosSin(x: number): [cos: number, sin: number] {
  const quarter = Math.round(x / (Math.PI / 2));
  const first = x - quarter * halfPi[0];
  const middle = quarter * halfPi[1];
  const reduced = first - middle;
  const rest = sumError(first, -middle, reduced) - quarter * halfPi[2];
  const r = reduced + rest;
  const low = sumError(reduced, rest, r);
  const s = sineSeries(r, low);
  const c = cosineSeries(r, low);
  switch (quarter & 3) {
    case 0:
      return [c, s];
    case 1:
      return [-s, c];
    case 2:
      return [-c, -s];
    default:
      return [s, -c];
  }
}

/**
 * [cos, sin] of 2π k / n for whole k and n > 0 below 2⁵⁰, within 0.6 units in the last place, and with the symmetries of the
 * circle exact: the k-th and the (n - k)-th root of unity are conjugate, and so on for quarters and eighths of a turn.
 */
export function rootOfUnity(k: number, n: number): [cos: number, sin: number] {
  // The angle as p / n quarters of a turn; folding it into the first eighth is exact in whole numbers.
  let p = 4 * (((k % n) + n) % n);
  const below = p > 2 * n;
  if (below) p = 4 * n - p;
  const left = p > n;
  if (left) p = 2 * n - p;
  const steep = 2 * p > n;
  if (steep) p = n - p;
  const quotient = p / n;
  const product = quotient * n;
  const remainder = (p - product - productError(quotient, n, product)) / n;
  const angle = quotient * (Math.PI / 2);
  const low = productError(quotient, Math.PI / 2, angle) + (quotient * halfPiLow + remainder * (Math.PI / 2));
  const [c, s] = [cosineSeries(angle, low), sineSeries(angle, low)];
  const [cos, sin] = steep ? [s, c] : [c, s];
  return [left ? -cos : cos, below ? -sin : sin];
}

/**
 * The angle in [0, π/2] whose tangent is n / d, for n and d that are not negative nor both 0, in two parts. Turning by π/4 or
 * π/2 leaves a tangent t of at most √2 - 1 for the series atan t = Σ (-1)^k t^(2k + 1) / (2k + 1).
 */
function acuteAngle(n: number, d: number): [angle: number, low: number] {
  const turns = n > 2.414213562373095 * d ? 2 : n > 0.41421356237309503 * d ? 1 : 0;
  const above = [n, n - d, -d][turns];
  const below = [d, n + d, n][turns];
  const aboveLow = turns === 1 ? sumError(n, -d, above) : 0;
  const belowLow = turns === 1 ? sumError(n, d, below) : 0;
  const t = above / below;
  const product = t * below;
  const tLow = (above - product - productError(t, below, product) + (aboveLow - t * belowLow)) / below;
  const z = t * t;
  let tail = 0;
  for (let m = 43; m >= 3; m -= 2) tail = (1 / m - tail) * z;
  const turned = (turns * Math.PI) / 4;
  const angle = turned + t;
  const low = sumError(turned, t, angle) + ((turns * halfPiLow) / 2 + (tLow * (1 - z) - t * tail));
  return [angle, low];
}

/** The angle of the vector (x, y) in radians, from -π to π; the sign of zeros counts as in IEEE 754. For sizes from 1e-140 to 1e140. */
export function atan2(y: number, x: number): number {
  const [n, d] = [Math.abs(y), Math.abs(x)];
  const [angle, low] = n === 0 && d === 0 ? [0, 0] : acuteAngle(n, d);
  let size = angle + low;
  if (x < 0 || Object.is(x, -0)) {
    const rest = Math.PI - angle;
    size = rest + (sumError(Math.PI, -angle, rest) + (2 * halfPiLow - low));
  }
  return y < 0 || Object.is(y, -0) ? -size : size;
}

/** base to the power of a whole number ≥ 0, by repeated squaring in twice the working precision. */
export function integerPower(base: number, exponent: number): number {
  let [high, low] = [1, 0];
  let [square, squareLow] = [base, 0];
  for (let n = exponent; n > 0; n = Math.floor(n / 2)) {
    if (n % 2 === 1) [high, low] = multiplyPairs(high, low, square, squareLow);
    if (n > 1) [square, squareLow] = multiplyPairs(square, squareLow, square, squareLow);
  }
  return high;
}

/** The product of a + aLow and b + bLow, again as a number and a small correction to it. */
function multiplyPairs(a: number, aLow: number, b: number, bLow: number): [number, number] {
  const product = a * b;
  // Beyond this range the halves overflow, or the correction underflows: the plain product has to do.
  if (
    !(Math.abs(product) < 1e290 && Math.abs(product) > 1e-280 && Math.abs(a) < 1e290 && Math.abs(b) < 1e290)
  ) {
    return [product, 0];
  }
  const correction = productError(a, b, product) + (a * bLow + aLow * b);
  const high = product + correction;
  return [high, product - high + correction];
}
