import { lanes } from "../vector";

/**
 * The inner loop of every filter: y[j] (+)= Σ_q taps[q] · x[j + q · step], for j < n.
 * `step` is in bytes: one value for a filter along the row, one row for a filter along the column.
 *
 * Eight vectors of sums are kept in registers at a time: enough independent additions to hide their latency,
 * and each tap is loaded once for all of them. The taps are summed in order, first to last.
 * Writes whole vectors: up to one vector beyond n, which the caller overwrites or ignores.
 */
// @ts-ignore: decorator
@inline
export function correlate<T>(x: usize, step: usize, taps: usize, count: i32, y: usize, n: i32, accumulate: bool): void {
  let vectors = (n + lanes<T>() - 1) / lanes<T>();
  const lastTap = taps + <usize>count * sizeof<T>();
  while (vectors >= 8) {
    let a0 = v128.splat<T>(<T>0);
    let a1 = a0;
    let a2 = a0;
    let a3 = a0;
    let a4 = a0;
    let a5 = a0;
    let a6 = a0;
    let a7 = a0;
    if (accumulate) {
      a0 = v128.load(y);
      a1 = v128.load(y, 16);
      a2 = v128.load(y, 32);
      a3 = v128.load(y, 48);
      a4 = v128.load(y, 64);
      a5 = v128.load(y, 80);
      a6 = v128.load(y, 96);
      a7 = v128.load(y, 112);
    }
    let p = x;
    for (let t = taps; t < lastTap; t += sizeof<T>()) {
      const w = v128.load_splat<T>(t);
      a0 = v128.add<T>(a0, v128.mul<T>(w, v128.load(p)));
      a1 = v128.add<T>(a1, v128.mul<T>(w, v128.load(p, 16)));
      a2 = v128.add<T>(a2, v128.mul<T>(w, v128.load(p, 32)));
      a3 = v128.add<T>(a3, v128.mul<T>(w, v128.load(p, 48)));
      a4 = v128.add<T>(a4, v128.mul<T>(w, v128.load(p, 64)));
      a5 = v128.add<T>(a5, v128.mul<T>(w, v128.load(p, 80)));
      a6 = v128.add<T>(a6, v128.mul<T>(w, v128.load(p, 96)));
      a7 = v128.add<T>(a7, v128.mul<T>(w, v128.load(p, 112)));
      p += step;
    }
    v128.store(y, a0);
    v128.store(y, a1, 16);
    v128.store(y, a2, 32);
    v128.store(y, a3, 48);
    v128.store(y, a4, 64);
    v128.store(y, a5, 80);
    v128.store(y, a6, 96);
    v128.store(y, a7, 112);
    x += 128;
    y += 128;
    vectors -= 8;
  }
  while (vectors > 0) {
    let a = accumulate ? v128.load(y) : v128.splat<T>(<T>0);
    let p = x;
    for (let t = taps; t < lastTap; t += sizeof<T>()) {
      a = v128.add<T>(a, v128.mul<T>(v128.load_splat<T>(t), v128.load(p)));
      p += step;
    }
    v128.store(y, a);
    x += 16;
    y += 16;
    vectors--;
  }
}
