// ln, sin and cos with + - * / alone: the engine's own Math functions may differ between browsers in the last bit.

const bits = new DataView(new ArrayBuffer(8));

/** ln x for normal x > 0: x = 2^k m with m near 1, ln m = 2 atanh((m - 1) / (m + 1)) by its series. */
export function ln(x: number): number {
  bits.setFloat64(0, x);
  let k = ((bits.getUint32(0) >>> 20) & 0x7ff) - 1023;
  bits.setUint32(0, (bits.getUint32(0) & 0x000fffff) | 0x3ff00000);
  let m = bits.getFloat64(0);
  if (m > Math.SQRT2) {
    m /= 2;
    k += 1;
  }
  const f = m - 1;
  const s = f / (2 + f);
  const z = s * s;
  let tail = 2 / 25;
  for (let n = 23; n >= 3; n -= 2) tail = tail * z + 2 / n;
  tail *= z;
  // ln 2 in two parts, the first short enough that k times it is exact (Cody & Waite, 1980).
  return k * 0.6931471803691238 + (f - (s * (f - tail) - k * 1.9082149292705877e-10));
}

/** ln(1 + x) for -1 < x ≤ 0: the logarithm of the rounded sum, corrected for what rounding lost. */
export function ln1p(x: number): number {
  const u = 1 + x;
  return u === 1 ? x : ln(u) + (x - (u - 1)) / u;
}

// π/2 in three parts of 33 bits, so that a small multiple of the first two is exact (Cody & Waite).
const halfPi = [1.5707963267341256, 6.077100506303966e-11, 2.0222662487959506e-21];

function sineSeries(r: number): number {
  const z = r * r;
  let p = 0;
  for (let n = 21; n >= 3; n -= 2) p = ((p + 1) * -z) / (n * (n - 1));
  return r + r * p;
}

function cosineSeries(r: number): number {
  const z = r * r;
  let p = 0;
  for (let n = 22; n >= 4; n -= 2) p = ((p + 1) * -z) / (n * (n - 1));
  return 1 - 0.5 * z * (1 + p);
}

/** [cos x, sin x] for 0 ≤ x ≤ 2π. */
export function cosSin(x: number): [number, number] {
  const quarter = Math.round(x / (Math.PI / 2));
  const r = x - quarter * halfPi[0] - quarter * halfPi[1] - quarter * halfPi[2];
  const [s, c] = [sineSeries(r), cosineSeries(r)];
  const turned: [number, number][] = [
    [c, s],
    [-s, c],
    [-c, -s],
    [s, -c],
  ];
  return turned[quarter % 4];
}
