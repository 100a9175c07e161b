import * as T from "@plenoptic/tensor";

const K = T.kernelNames;

/** Deterministic numbers in (-1, 1), exact in float32. */
function numbers(count: number, seed: number): Float32Array {
  let state = (seed * 2654435761) >>> 0;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) / 2 ** 23 - 1;
  });
}

const image = (seed: number, shape = [1, 2, 32, 32]) =>
  T.tensor(numbers(shape[0] * shape[1] * shape[2] * shape[3], seed), shape);

const filters: T.SeparableFilters = [
  {
    channel: 1,
    terms: [1, 2].map((seed) => ({ vertical: numbers(7, seed), horizontal: numbers(5, seed + 9) })),
  },
];

/** What is computed in pages and workers, and in doubles on the host to compare with. */
const checks: Record<string, () => T.Tensor | T.Tensor[]> = {
  "separable filter": () => T.separableFilter(image(1), filters, [3, 3, 2, 2], "reflect"),
  "its gradient": () =>
    T.grad((x) => T.sumSquares(T.separableFilter(x, filters, [3, 3, 2, 2], "circular")))(image(1)),
  padding: () => T.pad2d(image(2), [3, 1, 0, 5], "replicate"),
  Fourier: () => {
    const { real, imag } = T.rfft2(image(3));
    return [real, imag, T.irfft2({ real, imag }, 32)];
  },
  "elementary functions": () => [T.softplus, T.tanh, T.sin, T.expm1].map((f) => f(T.mul(image(4), 3))),
  "sums and extremes": () => [
    T.sum(image(5)),
    T.mean(image(5), [0, 2]),
    T.max(image(5), 1),
    T.norm(image(5)),
  ],
  convolution: () => T.conv2d(image(6), image(7, [3, 2, 5, 5])),
  "a step of Adam": () => {
    const attrs = {
      lr: 0.1,
      beta1: 0.9,
      beta2: 0.999,
      eps: 1e-8,
      weightDecay: 0,
      decoupled: false,
      amsgrad: false,
      step: 2,
    };
    return T.run<T.Tensor[]>(
      K.AdamStep,
      { param: image(8), grad: image(9), expAvg: image(10), expAvgSq: T.square(image(11)) },
      attrs,
    );
  },
};

/** The values of each check on a device, and how many tensors and blocks of values they left behind. */
export async function runChecks(
  device: T.Device,
): Promise<{ values: Record<string, number[]>; left: number[] }> {
  await T.useBackend(device.device, { dtype: device.dtype });
  const before = T.memory();
  const values: Record<string, number[]> = {};
  for (const [title, make] of Object.entries(checks)) {
    const list = [T.tidy(make)].flat();
    values[title] = [];
    for (const x of list) values[title].push(...(await T.read(x)));
    T.dispose(list);
  }
  const after = T.memory();
  return { values, left: [after.numTensors - before.numTensors, after.numDataIds - before.numDataIds] };
}
