// What every contestant of `npm run bench:alternatives` computes, and on what numbers.

/** The tasks; sizes are those of the floors. */
export const sizes = {
  filter: { image: 256, taps: 30 },
  net: { image: 128, channels: [3, 32, 64, 64] },
  fft: { image: 256 },
};

/** The same numbers in every process, in (-1, 1), by a linear congruential generator (Numerical Recipes). */
export function numbers(count, seed) {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/** Taps of a Gaussian, one axis; the filter is their outer product. */
export function gaussian(taps) {
  const raw = Array.from({ length: taps }, (_, i) => Math.exp(-(((i - (taps - 1) / 2) / 5) ** 2) / 2));
  const total = raw.reduce((a, b) => a + b);
  return raw.map((v) => v / total);
}

/** Weights of the net's layers as [3, 3, in, out], small enough that activations keep their size. */
export function netWeights() {
  const { channels } = sizes.net;
  return channels.slice(1).map((out, i) => {
    const values = numbers(9 * channels[i] * out, 100 + i);
    return {
      shape: [3, 3, channels[i], out],
      values: values.map((v) => v * Math.sqrt(6 / (9 * channels[i]))),
    };
  });
}

/** Rate of the step of gradient descent. */
export const rate = 0.5;

/** Runs `step` for about `budget` ms, at least once; gives the times and the number that the first one returned. */
export function measure(step, budget) {
  const ms = [];
  let first;
  const end = performance.now() + budget;
  do {
    const start = performance.now();
    const value = step();
    ms.push(performance.now() - start);
    first ??= value;
  } while (performance.now() < end);
  return { ms, first };
}

/** Answers one JSON line to each JSON line { task, budget }; `setUp(task)` gives a step, or { missing: why there is none }. */
export async function answer(lines, setUp) {
  const steps = new Map();
  for await (const line of lines) {
    const { task, budget } = JSON.parse(line);
    let result;
    try {
      if (!steps.has(task)) steps.set(task, await setUp(task));
      const step = steps.get(task);
      result = step.missing ? step : measure(step, budget);
    } catch (error) {
      result = { missing: String(error.message).split("\n")[0].slice(0, 160) };
      steps.set(task, result);
    }
    process.stdout.write(`${JSON.stringify(result)}\n`);
  }
}
