import * as tf from "@tensorflow/tfjs-core";

const root = "/work/wt/kernels";
const T = await import(root + "/packages/tensor/dist/index.js");
await import(root + "/packages/backend-cpu/dist/index.js");
const { PortillaSimoncelli } = await import(root + "/packages/models/dist/index.js");
const { portillaSimoncelliLossFactory } = await import(root + "/packages/losses/dist/index.js");
await T.useBackend("cpu", { dtype: "float32" });
const N = 256;
const m = new PortillaSimoncelli([N, N]);
const img = T.rand([1, 1, N, N]),
  x = T.rand([1, 1, N, N]);
const loss = portillaSimoncelliLossFactory(m, img);
const t = m.forward(img);
const vg = T.valueAndGrad((im) => loss(m.forward(im), t));
for (let i = 0; i < 5; i++) {
  const r = vg(x);
  r.value.dispose();
  r.grad.dispose();
}
const best = {};
let count;
for (let i = 0; i < 12; i++) {
  const info = await tf.engine().profile(() => {
    const r = vg(x);
    return r.value;
  });
  const sum = {};
  count = {};
  for (const k of info.kernels) {
    const ms = typeof k.kernelTimeMs === "number" ? k.kernelTimeMs : await k.kernelTimeMs;
    const key = k.name + " " + JSON.stringify(k.outputShapes[0]).length;
    sum[k.name] = (sum[k.name] ?? 0) + ms;
    count[k.name] = (count[k.name] ?? 0) + 1;
  }
  for (const n in sum) best[n] = Math.min(best[n] ?? 1e9, sum[n]);
}
let total = 0,
  calls = 0;
for (const [n, v] of Object.entries(best).sort((a, b) => b[1] - a[1])) {
  console.log(v.toFixed(3).padStart(8), String(count[n]).padStart(4), n);
  total += v;
  calls += count[n];
}
console.log(total.toFixed(2), calls);
