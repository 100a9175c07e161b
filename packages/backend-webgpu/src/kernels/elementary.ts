/**
 * Elementary functions in WGSL. The language leaves its own much room: sin and cos may be off by 2⁻¹¹, and nothing is
 * said of exp(x) - 1 or ln(1 + x) for small x. These stay within a few units of float32's last place, and need no
 * particular order of evaluation, so that a driver that rearranges sums does no harm.
 */

/** Taylor's series of (eˣ - 1) / x; |x| ≤ ln 2 / 2. Degree 8 leaves 1e-9. */
const expm1Series = Array.from({ length: 8 }, (_, i) => 8 - i)
  .map((n) => `s = 1.0 + r * ${(1 / (n + 1)).toFixed(10)} * s;`)
  .join(" ");

/** The first 320 bits of 2/π, after 32 zeros: what is left of x · 2/π once whole turns are gone. */
const twoOverPi = [
  "0u",
  "0xa2f9836eu",
  "0x4e441529u",
  "0xfc2757d1u",
  "0xf534ddc0u",
  "0xdb629599u",
  "0x3c439041u",
  "0xfe5163abu",
  "0xdebbc561u",
  "0xb7246e3au",
  "0x424dd2e0u",
].join(", ");

const specials = `
fn bits(word: u32) -> f32 { var w = word; return bitcast<f32>(w); }
fn infinity() -> f32 { return bits(0x7f800000u); }
fn notANumber() -> f32 { return bits(0x7fc00000u); }
fn isNotANumber(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
`;

const exponential = `
fn power2(k: i32) -> f32 { return bitcast<f32>(u32(k + 127) << 23u); }
fn expm1Near(r: f32) -> f32 { var s = 1.0; ${expm1Series} return r * s; }
fn expOf(x: f32) -> f32 {
  if (isNotANumber(x)) { return x; }
  if (x > 88.7228) { return infinity(); }
  if (x < -103.97) { return 0.0; }
  let k = i32(round(x * 1.44269504));
  let r = (x - f32(k) * 0.693359375) + f32(k) * 2.12194440e-4;
  let half = k / 2;
  return (1.0 + expm1Near(r)) * power2(half) * power2(k - half);
}
fn expm1Of(x: f32) -> f32 {
  if (abs(x) < 0.34) { return expm1Near(x); }
  return expOf(x) - 1.0;
}`;

const logarithm = `
fn atanhSeries(s: f32) -> f32 {
  let z = s * s;
  return 2.0 * s * (1.0 + z * (0.3333333333 + z * (0.2 + z * (0.1428571429 + z * (0.1111111111 + z * 0.0909090909)))));
}
fn logOf(x: f32) -> f32 {
  if (isNotANumber(x) || x < 0.0) { return notANumber(); }
  if (x == 0.0) { return -infinity(); }
  var word = bitcast<u32>(x);
  if (word == 0x7f800000u) { return x; }
  var e = i32(word >> 23u) - 127;
  var m = bitcast<f32>((word & 0x7fffffu) | 0x3f800000u);
  if (m > 1.41421356) { m = 0.5 * m; e = e + 1; }
  let f = m - 1.0;
  return f32(e) * 0.693359375 + (atanhSeries(f / (2.0 + f)) - f32(e) * 2.12194440e-4);
}
fn log1pOf(x: f32) -> f32 {
  // Half of a small number would be too small for some GPUs to hold.
  if (abs(x) < 1e-4) { return x - 0.5 * x * x; }
  if (x > -0.29 && x < 0.41) { return atanhSeries(x / (2.0 + x)); }
  return logOf(1.0 + x);
}`;

const hyperbolic = `
fn tanhOf(x: f32) -> f32 {
  if (isNotANumber(x)) { return x; }
  if (abs(x) > 10.0) { return sign(x); }
  let t = expm1Of(2.0 * abs(x));
  return sign(x) * (t / (t + 2.0));
}
fn sigmoidOf(x: f32) -> f32 {
  let e = expOf(-abs(x));
  return select(1.0, e, x < 0.0) / (1.0 + e);
}
fn softplusOf(x: f32) -> f32 {
  if (x > 20.0) { return x; }
  return max(x, 0.0) + log1pOf(expOf(-abs(x)));
}
fn softplusSlopeOf(x: f32) -> f32 {
  if (x > 20.0) { return 1.0; }
  return sigmoidOf(x);
}`;

/** Payne & Hanek (1983): the product with 2/π in whole numbers, of which only the bits below a full turn are formed. */
const trigonometric = `
const twoOverPi = array<u32, 11>(${twoOverPi});
fn multiplyWide(a: u32, b: u32) -> vec2u {
  let low = (a & 0xffffu) * (b & 0xffffu);
  let mid1 = (a >> 16u) * (b & 0xffffu);
  let mid2 = (a & 0xffffu) * (b >> 16u);
  let mid = (low >> 16u) + (mid1 & 0xffffu) + (mid2 & 0xffffu);
  let high = (a >> 16u) * (b >> 16u) + (mid1 >> 16u) + (mid2 >> 16u) + (mid >> 16u);
  return vec2u((mid << 16u) | (low & 0xffffu), high);
}
fn bitsFrom(position: u32) -> u32 {
  let word = position >> 5u;
  let shift = position & 31u;
  var table = twoOverPi;
  if (shift == 0u) { return table[word]; }
  return (table[word] << shift) | (table[word + 1u] >> (32u - shift));
}
/** The angle less whole quarter turns, in [-π/4, π/4], and the number of quarter turns modulo 4. */
struct Angle { rest: f32, quarters: u32 }
fn reduceAngle(x: f32) -> Angle {
  let word = bitcast<u32>(x);
  if (x < 0.7853981) { return Angle(x, 0u); }
  let m = (word & 0x7fffffu) | 0x800000u;
  let first = (word >> 23u) - 120u;
  let p0 = multiplyWide(m, bitsFrom(first + 64u));
  let p1 = multiplyWide(m, bitsFrom(first + 32u));
  let w0 = p0.x;
  let w1 = p0.y + p1.x;
  let w2 = p1.y + m * bitsFrom(first) + select(0u, 1u, w1 < p1.x);
  var high = (w2 << 2u) | (w1 >> 30u);
  var low = (w1 << 2u) | (w0 >> 30u);
  let beyond = high >> 31u;
  let quarters = ((w2 >> 30u) + beyond) & 3u;
  if (beyond == 1u) { low = ~low + 1u; high = ~high + select(0u, 1u, low == 0u); }
  let zeros = countLeadingZeros(high);
  var fraction = f32(low) * power2(-64);
  if (zeros < 32u) {
    let top = (high << zeros) | select(0u, low >> (32u - zeros), zeros > 0u);
    fraction = f32(top) * power2(-32 - i32(zeros));
  }
  return Angle(select(1.0, -1.0, beyond == 1u) * fraction * 1.57079633, quarters);
}
fn sineNear(r: f32) -> f32 {
  let z = r * r;
  return r * (1.0 + z * (-0.1666666667 + z * (0.0083333333 + z * (-1.984126984e-4 + z * 2.755731922e-6))));
}
fn cosineNear(r: f32) -> f32 {
  let z = r * r;
  return 1.0 + z * (-0.5 + z * (0.0416666667 + z * (-0.0013888889 + z * (2.480158730e-5 - z * 2.755731922e-7))));
}
fn quarterTurns(angle: Angle, turns: u32) -> f32 {
  let n = (angle.quarters + turns) & 3u;
  var y = 0.0;
  if ((n & 1u) == 0u) { y = sineNear(angle.rest); } else { y = cosineNear(angle.rest); }
  return select(y, -y, n >= 2u);
}
fn isFiniteNumber(x: f32) -> bool { return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u; }
fn sinOf(x: f32) -> f32 {
  if (!isFiniteNumber(x)) { return notANumber(); }
  let y = quarterTurns(reduceAngle(abs(x)), 0u);
  return select(y, -y, x < 0.0);
}
fn cosOf(x: f32) -> f32 {
  if (!isFiniteNumber(x)) { return notANumber(); }
  return quarterTurns(reduceAngle(abs(x)), 1u);
}`;

const inverseTrigonometric = `
/** Taylor's series; 0 <= t <= tan(π/8). */
fn atanNear(t: f32) -> f32 {
  let z = -t * t;
  return t * (1.0 + z * (0.3333333333 + z * (0.2 + z * (0.1428571429 + z * (0.1111111111 + z * (0.0909090909
    + z * (0.0769230769 + z * (0.0666666667 + z * 0.0588235294))))))));
}
/** The angle of (x, y), both not negative, not both 0. */
fn firstQuadrant(y: f32, x: f32) -> f32 {
  let low = min(x, y);
  let high = max(x, y);
  // A power of two that keeps sums and quotients of what is very large or very small in range.
  let unit = select(select(1.0, 1.0842022e-19, high > 1e18), 9.2233720e18, high < 1e-18);
  let p = low * unit;
  let q = high * unit;
  var angle = 0.0;
  if (!isFiniteNumber(low)) { angle = 0.78539816; }
  else if (!isFiniteNumber(high)) { angle = 0.0; }
  else if (p > 0.41421356 * q) { angle = 0.78539816 - atanNear((q - p) / (q + p)); }
  else { angle = atanNear(p / q); }
  return select(angle, 1.57079633 - angle, y > x);
}
fn atan2Of(y: f32, x: f32) -> f32 {
  if (isNotANumber(x) || isNotANumber(y)) { return notANumber(); }
  var angle = 0.0;
  if (x != 0.0 || y != 0.0) { angle = firstQuadrant(abs(y), abs(x)); }
  if (isNegative(x)) { angle = 3.14159265 - angle; }
  return select(angle, -angle, isNegative(y));
}
fn isNegative(x: f32) -> bool { return (bitcast<u32>(x) >> 31u) == 1u; }
fn atanOf(x: f32) -> f32 { return atan2Of(x, 1.0); }
fn asinOf(x: f32) -> f32 {
  if (abs(x) > 1.0 || isNotANumber(x)) { return notANumber(); }
  return atan2Of(x, sqrt((1.0 - x) * (1.0 + x)));
}
fn acosOf(x: f32) -> f32 {
  if (abs(x) > 1.0 || isNotANumber(x)) { return notANumber(); }
  return atan2Of(sqrt((1.0 - x) * (1.0 + x)), x);
}
fn tanOf(x: f32) -> f32 {
  if (!isFiniteNumber(x)) { return notANumber(); }
  let angle = reduceAngle(abs(x));
  var y = sineNear(angle.rest) / cosineNear(angle.rest);
  if ((angle.quarters & 1u) == 1u) { y = -1.0 / y; }
  return select(y, -y, x < 0.0);
}`;

const moreHyperbolic = `
fn sinhOf(x: f32) -> f32 {
  let a = abs(x);
  var y = 0.0;
  if (a < 20.0) { let t = expm1Of(a); y = 0.5 * (t + t / (t + 1.0)); }
  else { let h = expOf(0.5 * a); y = (0.5 * h) * h; }
  return select(y, -y, x < 0.0);
}
fn coshOf(x: f32) -> f32 {
  let a = abs(x);
  if (a < 20.0) { let e = expOf(a); return 0.5 * (e + 1.0 / e); }
  let h = expOf(0.5 * a);
  return (0.5 * h) * h;
}
fn asinhOf(x: f32) -> f32 {
  let a = abs(x);
  var y = 0.0;
  if (a < 1e4) { y = log1pOf(a + a * a / (1.0 + sqrt(a * a + 1.0))); }
  else { y = logOf(a) + 0.69314718; }
  return select(y, -y, x < 0.0);
}
fn acoshOf(x: f32) -> f32 {
  if (x < 1.0) { return notANumber(); }
  if (x > 1e4) { return logOf(x) + 0.69314718; }
  let t = x - 1.0;
  return log1pOf(t + sqrt(t * (2.0 + t)));
}
fn atanhOf(x: f32) -> f32 {
  let a = abs(x);
  if (a > 1.0 || isNotANumber(x)) { return notANumber(); }
  var y = infinity();
  if (a < 1.0) { y = 0.5 * log1pOf(2.0 * a / (1.0 - a)); }
  return select(y, -y, x < 0.0);
}`;

/** Abramowitz & Stegun (1964): 7.1.6, whose terms all have one sign, and the continued fraction 7.1.14. */
const errorFunction = `
fn erfOf(x: f32) -> f32 {
  if (isNotANumber(x)) { return x; }
  let a = abs(x);
  if (a > 4.0) { return sign(x); }
  if (a < 2.0) {
    var term = x;
    var total = x;
    for (var n = 1; n < 32; n = n + 1) {
      term = term * (2.0 * x * x) / f32(2 * n + 1);
      total = total + term;
    }
    return 1.12837917 * expOf(-x * x) * total;
  }
  var fraction = a;
  for (var k = 24; k > 0; k = k - 1) { fraction = a + 0.5 * f32(k) / fraction; }
  return sign(x) * (1.0 - 0.56418958 * expOf(-a * a) / fraction);
}
fn relu6Of(x: f32) -> f32 { if (isNotANumber(x)) { return x; } return clamp(x, 0.0, 6.0); }
fn eluOf(x: f32) -> f32 { if (x > 0.0) { return x; } return expm1Of(x); }
fn seluOf(x: f32) -> f32 { if (x > 0.0) { return 1.05070099 * x; } return 1.75809934 * expm1Of(x); }`;

/** WGSL with a function `nameOf` for each function of `unary.ts`, and `atan2Of`. */
export const elementaryFunctions =
  specials +
  exponential +
  logarithm +
  hyperbolic +
  trigonometric +
  inverseTrigonometric +
  moreHyperbolic +
  errorFunction;
