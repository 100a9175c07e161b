import { getRandomState, setRandomState, setSeed, uniformNumbers } from "@plenoptic/tensor";
import type { MultinomialAttrs, TensorInfo } from "@tensorflow/tfjs-core";
import type { CpuBackend } from "../backend.js";
import { expectFloats, type Kernel } from "./kernel.js";

/** `count` uniform doubles that depend on the seed alone, which may be any number. The library's generator stays put. */
function drawsFor(seed: number, count: number): ArrayLike<number> {
  const [low, high] = new Uint32Array(Float64Array.of(seed).buffer);
  const before = getRandomState();
  try {
    setSeed((low ^ high) >>> 0);
    return uniformNumbers(count, "float64");
  } finally {
    setRandomState(before);
  }
}

/** exp(x - max x), row by row, with the module's exponential: the same on every machine. */
function weightsOf(logits: TensorInfo, backend: CpuBackend): Float64Array {
  const [rows, n] = logits.shape;
  const y = backend.output(logits.shape);
  const [from, to] = [backend.values(logits), backend.values(y)];
  for (let row = 0; row < rows; row++) {
    let largest = Number.NEGATIVE_INFINITY;
    for (let i = row * n; i < (row + 1) * n; i++) largest = Math.max(largest, from[i]);
    for (let i = row * n; i < (row + 1) * n; i++) to[i] = from[i] - largest;
  }
  const exp = 20;
  backend.fn("unary")(exp, backend.address(y), backend.address(y), rows * n);
  const weights = Float64Array.from(backend.values(y));
  backend.disposeIntermediate(y);
  return weights;
}

/** The first place at which the running total exceeds a value. */
function placeOf(totals: Float64Array, value: number): number {
  let [low, high] = [0, totals.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (totals[middle] > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Draws from the distribution of each row, by inverting the running total of its weights. */
const multinomial: Kernel = {
  name: "Multinomial",
  run: ({ logits }, backend, attrs) => {
    expectFloats("Multinomial", logits);
    const { numSamples, seed, normalized } = attrs as unknown as MultinomialAttrs;
    const [rows, n] = logits.shape;
    const weights = normalized ? backend.values(logits).slice() : weightsOf(logits, backend);
    const draws = drawsFor(seed, rows * numSamples);
    const y = backend.output([rows, numSamples], "int32");
    const places = backend.values(y);
    for (let row = 0; row < rows; row++) {
      const totals = new Float64Array(n);
      let total = 0;
      for (let i = 0; i < n; i++) {
        total += weights[row * n + i];
        totals[i] = total;
      }
      for (let k = row * numSamples; k < (row + 1) * numSamples; k++)
        places[k] = placeOf(totals, draws[k] * total);
    }
    return y;
  },
};

export const multinomialKernels: Kernel[] = [multinomial];
