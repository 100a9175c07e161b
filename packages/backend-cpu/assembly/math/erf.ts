// The error function of two doubles at a time; see functions.ts for what these functions have in common.
//
// Method: around the nearest quarter c, the Taylor series of erf, whose terms follow from those before them:
// f' = 2/√π exp(-x²) satisfies f'' = -2x f'.

import { f64s } from "../vector";
import { withSign } from "./series";

// For c = 0, ¼ … 6: erf c in two parts, and its slope there.
const TABLE = memory.data<f64>([
  0.0, 0.0, 1.1283791670955126,
  0.27632639016823696, -2.4227076221184163e-17, 1.0600141293761143,
  0.5204998778130465, 1.900077467916287e-17, 0.8787825789354448,
  0.7111556336535151, 4.69744077164289e-17, 0.6429310691952074,
  0.8427007929497149, -2.4801011789118602e-17, 0.4151074974205947,
  0.9229001282564583, -5.51775442986392e-17, 0.2365211224472908,
  0.9661051464753108, -3.3867031441680696e-17, 0.11893028922362937,
  0.9866716712191824, 2.1431190289565338e-17, 0.05277499593015037,
  0.9953222650189527, 2.20719858329765e-17, 0.020666985354092053,
  0.9985372834133188, 2.6956405885413457e-17, 0.007142319022017983,
  0.999593047982555, 4.6925151097042234e-17, 0.0021782842303527095,
  0.9998993780778803, 4.451378916214761e-17, 0.0005862772470937923,
  0.9999779095030014, 5.363397058636269e-17, 0.00013925305194674786,
  0.9999956972205363, 5.224680575187069e-17, 2.9189025383581702e-05,
  0.9999992569016276, 4.9647279187212204e-17, 5.399426777384783e-06,
  0.9999998862727434, 4.2276182391829615e-17, 8.814321912318039e-07,
  0.9999999845827421, 1.44826531920025e-17, 1.2698234671866558e-07,
  0.9999999981494259, 9.86675034192752e-19, 1.6143993719507412e-08,
  0.9999999998033839, 1.2614727975054947e-17, 1.81130589590869e-09,
  0.9999999999815149, 5.461622108299497e-17, 1.7934357034341337e-10,
  0.9999999999984626, -2.294992711807301e-17, 1.5670866531017336e-11,
  0.9999999999998869, 2.859354043191264e-17, 1.2084074716006755e-12,
  0.9999999999999927, -3.03759554483649e-17, 8.223316045262922e-14,
  0.9999999999999996, 2.0875548107488853e-17, 4.938485140964219e-15,
  1.0, -2.1519736712498913e-17, 2.617301239249265e-16,
]);
const RECIPROCALS = memory.data<f64>([
  1.0, 1.0 / 2.0, 1.0 / 3.0, 1.0 / 4.0, 1.0 / 5.0, 1.0 / 6.0, 1.0 / 7.0, 1.0 / 8.0, 1.0 / 9.0, 1.0 / 10.0, 1.0 / 11.0, 1.0 / 12.0, 1.0 / 13.0, 1.0 / 14.0,
]);

// @ts-ignore: decorator
@inline
function entry(row: v128, column: usize): v128 {
  const at = TABLE + (column << 3);
  const first = load<f64>(at + <usize>i32x4.extract_lane(row, 0) * 24);
  return f64x2.replace_lane(f64x2.splat(first), 1, load<f64>(at + <usize>i32x4.extract_lane(row, 1) * 24));
}

// @ts-ignore: decorator
@inline
function erfOf(x: v128, short: bool): v128 {
  // From 5.93 on it is 1 to the last place.
  const a = f64x2.pmin(f64x2.abs(x), f64s(6));
  const quarters = f64x2.nearest(f64x2.mul(a, f64s(4)));
  const row = i32x4.trunc_sat_f64x2_s_zero(quarters);
  const c = f64x2.mul(quarters, f64s(0.25));
  const u = f64x2.sub(a, c);
  // With g_m u the (m+1)-th term of the series times m + 1: g_(m+1) = -2 (c u g_m + u² g_(m-1)) / (m + 1).
  const slope = entry(row, 2);
  const p = f64x2.mul(f64x2.mul(c, u), f64s(-2));
  const q = f64x2.mul(f64x2.mul(u, u), f64s(-2));
  let before = f64s(0);
  let g = slope;
  let rest = f64s(0);
  const end = RECIPROCALS + (short ? 7 : 13) * 8;
  for (let at = RECIPROCALS; at < end; at += 8) {
    const next = f64x2.mul(f64x2.add(f64x2.mul(p, g), f64x2.mul(q, before)), v128.load64_splat(at));
    rest = f64x2.add(rest, f64x2.mul(next, v128.load64_splat(at, 8)));
    before = g;
    g = next;
  }
  const small = f64x2.add(entry(row, 1), f64x2.mul(u, rest));
  const y = f64x2.add(entry(row, 0), f64x2.add(f64x2.mul(u, slope), small));
  return withSign(y, x);
}

export function erf(x: v128, short: bool): v128 {
  return short ? erfOf(x, true) : erfOf(x, false);
}
