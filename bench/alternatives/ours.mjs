// Our side of bench:alternatives: node ours.mjs float32|float64
import { createInterface } from "node:readline";
import { dispose, ops, readSync, tensor, tidy, useBackend, valueAndGrad } from "plenoptic";
import { answer, gaussian, netWeights, numbers, rate, sizes } from "./tasks.mjs";

await useBackend("cpu", { dtype: process.argv[2] });
const { conv2d, fft2, ifft2, mean, mul, pad2d, relu, separableFilter, square, sub } = ops;

const mse = (a, b) => mean(square(sub(a, b)));

/** Steps of gradient descent on the image; each gives the loss before it. */
function descent(image, model, target) {
  let x = image;
  const both = valueAndGrad((y) => mse(model(y), target));
  return () => {
    const { value, grad } = both(x);
    const next = tidy(() => sub(x, mul(grad, rate)));
    const loss = readSync(value)[0];
    dispose(value, grad, x);
    x = next;
    return loss;
  };
}

function filter(model) {
  const n = sizes.filter.image;
  const image = tensor(numbers(n * n, 1), [1, 1, n, n]);
  return descent(image, model, tensor(numbers(n * n, 2), [1, 1, n, n]));
}

const { taps } = sizes.filter;
const line = gaussian(taps);
// What "same" padding with zeros is for an even number of taps.
const padding = [taps / 2 - 1, taps / 2, taps / 2 - 1, taps / 2];

const setUps = {
  filter: () => {
    const filters = [{ channel: 0, terms: [{ vertical: line, horizontal: line }] }];
    return filter((x) => separableFilter(x, filters, padding, "constant"));
  },
  denseFilter: () => {
    const weight = tensor(
      line.flatMap((a) => line.map((b) => a * b)),
      [1, 1, taps, taps],
    );
    return filter((x) => conv2d(pad2d(x, padding), weight));
  },
  net: () => {
    const n = sizes.net.image;
    const layers = netWeights().map(({ shape, values }) =>
      ops.transpose(tensor(values, shape), [3, 2, 0, 1]),
    );
    const model = (x) => layers.reduce((y, w) => relu(conv2d(pad2d(y, [1, 1, 1, 1]), w)), x);
    // The others keep channels last; the numbers are the same.
    const image = ops.transpose(tensor(numbers(3 * n * n, 3), [1, n, n, 3]), [0, 3, 1, 2]);
    return descent(
      image,
      model,
      tidy(() => mul(model(image), 0.5)),
    );
  },
  fft: () => {
    const n = sizes.fft.image;
    const z = { real: tensor(numbers(n * n, 4), [n, n]), imag: tensor(numbers(n * n, 5), [n, n]) };
    return () => {
      const pixel = tidy(() => ops.slice(ifft2(fft2(z)).real, [0, 1], [1, 1]));
      const value = readSync(pixel)[0];
      dispose(pixel);
      return value;
    };
  },
};

await answer(
  createInterface({ input: process.stdin }),
  (task) => setUps[task]?.() ?? { missing: "not a task of ours" },
);
