// The side of bare tfjs of bench:alternatives. Bundled by esbuild, because tfjs-core's registration of gradients is not
// plain ESM for Node: node tfjs.mjs cpu, or wasm FOLDER-OF-ITS-BINARIES, or node FOLDER-OF-TFJS-NODE.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import * as core from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-core/dist/register_all_gradients";
import "@tensorflow/tfjs-backend-cpu";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { answer, gaussian, netWeights, numbers, rate, sizes } from "./tasks.mjs";

const [, , kind, folder] = process.argv;
console.warn = () => {};

async function start() {
  if (kind === "node") {
    // Node 24 removed what tfjs-node still calls.
    const require = createRequire(import.meta.url);
    const util = require("node:util");
    util.isNullOrUndefined ??= (x) => x === null || x === undefined;
    util.isArray ??= Array.isArray;
    return require(folder);
  }
  if (kind === "wasm") setWasmPaths(`${folder}/`);
  await core.setBackend(kind);
  await core.ready();
  return core;
}

const tf = await start();
const mse = (a, b) => tf.mean(tf.square(tf.sub(a, b)));

/** As in ours.mjs. */
function descent(image, model, target) {
  let x = image;
  const both = tf.valueAndGrad((y) => mse(model(y), target));
  return () => {
    const { value, grad } = both(x);
    const next = tf.tidy(() => tf.sub(x, tf.mul(grad, rate)));
    const loss = value.dataSync()[0];
    tf.dispose([value, grad, x]);
    x = next;
    return loss;
  };
}

function filter(model) {
  const n = sizes.filter.image;
  return descent(
    tf.tensor4d(numbers(n * n, 1), [1, n, n, 1]),
    model,
    tf.tensor4d(numbers(n * n, 2), [1, n, n, 1]),
  );
}

const { taps } = sizes.filter;
const line = gaussian(taps);
const outer = Float32Array.from(line.flatMap((a) => line.map((b) => a * b)));

/** Both parts of the transform over the last two axes, which tfjs has for one axis only. */
const fft2 = (z) => tf.transpose(tf.fft(tf.transpose(tf.fft(z), [1, 0])), [1, 0]);
const ifft2 = (z) => tf.transpose(tf.ifft(tf.transpose(tf.ifft(z), [1, 0])), [1, 0]);

const setUps = {
  conv: () => {
    const w = tf.tensor4d(outer, [taps, taps, 1, 1]);
    return filter((x) => tf.conv2d(x, w, 1, "same"));
  },
  depthwise: () => {
    const w = tf.tensor4d(outer, [taps, taps, 1, 1]);
    return filter((x) => tf.depthwiseConv2d(x, w, 1, "same"));
  },
  twoConvs: () => {
    const [v, h] = [tf.tensor4d(line, [taps, 1, 1, 1]), tf.tensor4d(line, [1, taps, 1, 1])];
    return filter((x) => tf.conv2d(tf.conv2d(x, v, 1, "same"), h, 1, "same"));
  },
  net: () => {
    const n = sizes.net.image;
    const layers = netWeights().map(({ shape, values }) => tf.tensor4d(values, shape));
    const model = (x) => layers.reduce((y, w) => tf.relu(tf.conv2d(y, w, 1, "same")), x);
    const image = tf.tensor4d(numbers(3 * n * n, 3), [1, n, n, 3]);
    return descent(
      image,
      model,
      tf.tidy(() => tf.mul(model(image), 0.5)),
    );
  },
  fft: () => {
    const n = sizes.fft.image;
    const z = tf.complex(tf.tensor2d(numbers(n * n, 4), [n, n]), tf.tensor2d(numbers(n * n, 5), [n, n]));
    return () => {
      const pixel = tf.tidy(() => tf.slice(tf.real(ifft2(fft2(z))), [0, 1], [1, 1]));
      const value = pixel.dataSync()[0];
      pixel.dispose();
      return value;
    };
  },
};

await answer(
  createInterface({ input: process.stdin }),
  (task) => setUps[task]?.() ?? { missing: "not a task here" },
);
