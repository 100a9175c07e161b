// Products of spectra, real and imaginary parts apart.

/** y += x · conj(w), or y = x · conj(w), over n complex numbers; writes whole vectors. */
// @ts-ignore: decorator
@inline
function conjugateProduct<T>(
  xr: usize, xi: usize, wr: usize, wi: usize, yr: usize, yi: usize, n: i32, accumulate: bool,
): void {
  const end = yr + <usize>n * sizeof<T>();
  while (yr < end) {
    const a = v128.load(xr);
    const b = v128.load(xi);
    const c = v128.load(wr);
    const d = v128.load(wi);
    let real = v128.add<T>(v128.mul<T>(a, c), v128.mul<T>(b, d));
    let imag = v128.sub<T>(v128.mul<T>(b, c), v128.mul<T>(a, d));
    if (accumulate) {
      real = v128.add<T>(v128.load(yr), real);
      imag = v128.add<T>(v128.load(yi), imag);
    }
    v128.store(yr, real);
    v128.store(yi, imag);
    xr += 16;
    xi += 16;
    wr += 16;
    wi += 16;
    yr += 16;
    yi += 16;
  }
}

export function conjugateProduct_f32(
  xr: usize, xi: usize, wr: usize, wi: usize, yr: usize, yi: usize, n: i32, accumulate: bool,
): void {
  conjugateProduct<f32>(xr, xi, wr, wi, yr, yi, n, accumulate);
}
export function conjugateProduct_f64(
  xr: usize, xi: usize, wr: usize, wi: usize, yr: usize, yi: usize, n: i32, accumulate: bool,
): void {
  conjugateProduct<f64>(xr, xi, wr, wi, yr, yi, n, accumulate);
}
