import { lanes } from "./vector";

/**
 * c = a · b for row-major matrices of m×k and k×n. Four rows of c are built at a time from vectors of a row of b,
 * so that each load of b serves four rows; the products are summed in the order of k.
 */
// @ts-ignore: decorator
@inline
function matMul<T>(a: usize, b: usize, c: usize, m: i32, k: i32, n: i32): void {
  const size = sizeof<T>();
  const rowA = <usize>k * size;
  const rowB = <usize>n * size;
  for (let i = 0; i < m; i += 4) {
    // Rows beyond the last repeat it: the same values are written twice.
    const i1 = min<i32>(i + 1, m - 1);
    const i2 = min<i32>(i + 2, m - 1);
    const i3 = min<i32>(i + 3, m - 1);
    let j = 0;
    for (; j + lanes<T>() <= n; j += lanes<T>()) {
      let c0 = v128.splat<T>(<T>0);
      let c1 = c0;
      let c2 = c0;
      let c3 = c0;
      let from = b + <usize>j * size;
      for (let l = 0; l < k; l++) {
        const v = v128.load(from);
        const at = a + <usize>l * size;
        c0 = v128.add<T>(c0, v128.mul<T>(v128.load_splat<T>(at + <usize>i * rowA), v));
        c1 = v128.add<T>(c1, v128.mul<T>(v128.load_splat<T>(at + <usize>i1 * rowA), v));
        c2 = v128.add<T>(c2, v128.mul<T>(v128.load_splat<T>(at + <usize>i2 * rowA), v));
        c3 = v128.add<T>(c3, v128.mul<T>(v128.load_splat<T>(at + <usize>i3 * rowA), v));
        from += rowB;
      }
      const to = c + <usize>j * size;
      v128.store(to + <usize>i * rowB, c0);
      v128.store(to + <usize>i1 * rowB, c1);
      v128.store(to + <usize>i2 * rowB, c2);
      v128.store(to + <usize>i3 * rowB, c3);
    }
    for (; j < n; j++) {
      for (let r = i; r < min<i32>(i + 4, m); r++) {
        let sum: T = 0;
        for (let l = 0; l < k; l++) {
          sum += load<T>(a + <usize>r * rowA + <usize>l * size) * load<T>(b + <usize>l * rowB + <usize>j * size);
        }
        store<T>(c + <usize>r * rowB + <usize>j * size, sum);
      }
    }
  }
}

export function matMul_f32(a: usize, b: usize, c: usize, m: i32, k: i32, n: i32): void {
  matMul<f32>(a, b, c, m, k, n);
}
export function matMul_f64(a: usize, b: usize, c: usize, m: i32, k: i32, n: i32): void {
  matMul<f64>(a, b, c, m, k, n);
}
