import assert from "node:assert/strict";
import { test } from "node:test";
import { MyModel } from "my-model";
import { grad, Metamer, ops, rand, readSync, setSeed, useBackend } from "plenoptic";

await useBackend("cpu", { dtype: "float64" });

test("a flat picture has its own mean and no contrast", () => {
  const [mean, contrast] = [0, 1].map((c) => readSync(ops.slice(forward(0.3), [0, c, 0, 0], [1, 1, 16, 16])));
  for (const value of mean) assert.ok(Math.abs(value - 0.3) < 1e-6);
  for (const value of contrast) assert.ok(Math.abs(value - 1e-2) < 1e-6);
});

function forward(level) {
  return new MyModel({ std: 1 }).forward(ops.add(ops.mul(rand([1, 1, 16, 16]), 0), level));
}

test("its gradient is the slope of central differences", () => {
  setSeed(0);
  const model = new MyModel({ std: 1 });
  const loss = (x) => ops.mean(ops.square(model.forward(x)));
  const x = rand([1, 1, 8, 8]);
  const direction = rand([1, 1, 8, 8]);
  const step = 1e-5;
  const at = (s) => readSync(loss(ops.add(x, ops.mul(direction, s))))[0];
  const along = readSync(ops.sum(ops.mul(grad(loss)(x), direction)))[0];
  assert.ok(Math.abs(along - (at(step) - at(-step)) / (2 * step)) < 1e-8);
});

test("a metamer comes nearer to its picture", async () => {
  setSeed(0);
  const metamer = new Metamer(rand([1, 1, 32, 32]), new MyModel());
  await metamer.synthesize({ maxIter: 30 });
  assert.ok(metamer.losses.at(-1) < metamer.losses[0] / 4);
});
