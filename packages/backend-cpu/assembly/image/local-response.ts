// Local response normalization over runs of `depth` channels: y = x (bias + alpha Σ x²)^-beta, the sum over the channels
// at most `radius` away (Krizhevsky et al., 2012, section 3.3).

// @ts-ignore: decorator
@inline
function sumNear<T>(x: usize, depth: i32, radius: i32, d: i32): f64 {
  const end = min<i32>(d + radius + 1, depth);
  let sum: f64 = 0;
  for (let k = max<i32>(d - radius, 0); k < end; k++) {
    const v = <f64>load<T>(x + <usize>k * sizeof<T>());
    sum += v * v;
  }
  return sum;
}

// @ts-ignore: decorator
@inline
function normalize<T>(x: usize, y: usize, runs: i32, depth: i32, radius: i32, bias: f64, alpha: f64, beta: f64): void {
  const size = <usize>depth * sizeof<T>();
  for (let i = 0; i < runs; i++) {
    for (let d = 0; d < depth; d++) {
      const at = <usize>d * sizeof<T>();
      const norm = bias + alpha * sumNear<T>(x, depth, radius, d);
      store<T>(y + at, <T>(<f64>load<T>(x + at) * NativeMath.pow(norm, -beta)));
    }
    x += size;
    y += size;
  }
}

/** Each channel of dy goes to its own x, and by the norm to all that are near. */
// @ts-ignore: decorator
@inline
function gradient<T>(x: usize, dy: usize, dx: usize, runs: i32, depth: i32, radius: i32, bias: f64, alpha: f64, beta: f64): void {
  const size = <usize>depth * sizeof<T>();
  for (let i = 0; i < runs; i++) {
    memory.fill(dx, 0, size);
    for (let d = 0; d < depth; d++) {
      const at = <usize>d * sizeof<T>();
      const norm = bias + alpha * sumNear<T>(x, depth, radius, d);
      const g = <f64>load<T>(dy + at) * NativeMath.pow(norm, -beta);
      store<T>(dx + at, <T>(<f64>load<T>(dx + at) + g));
      const shared = (-2 * alpha * beta * g * <f64>load<T>(x + at)) / norm;
      const end = min<i32>(d + radius + 1, depth);
      for (let k = max<i32>(d - radius, 0); k < end; k++) {
        const to = <usize>k * sizeof<T>();
        store<T>(dx + to, <T>(<f64>load<T>(dx + to) + shared * <f64>load<T>(x + to)));
      }
    }
    x += size;
    dy += size;
    dx += size;
  }
}

export function localResponse_f32(x: usize, y: usize, runs: i32, depth: i32, radius: i32, bias: f64, alpha: f64, beta: f64): void {
  normalize<f32>(x, y, runs, depth, radius, bias, alpha, beta);
}
export function localResponse_f64(x: usize, y: usize, runs: i32, depth: i32, radius: i32, bias: f64, alpha: f64, beta: f64): void {
  normalize<f64>(x, y, runs, depth, radius, bias, alpha, beta);
}
export function localResponseGrad_f32(x: usize, dy: usize, dx: usize, runs: i32, depth: i32, radius: i32, bias: f64, alpha: f64, beta: f64): void {
  gradient<f32>(x, dy, dx, runs, depth, radius, bias, alpha, beta);
}
export function localResponseGrad_f64(x: usize, dy: usize, dx: usize, runs: i32, depth: i32, radius: i32, bias: f64, alpha: f64, beta: f64): void {
  gradient<f64>(x, dy, dx, runs, depth, radius, bias, alpha, beta);
}
