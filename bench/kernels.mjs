// npm run bench:kernels: where an iteration's time goes, and what fraction of this machine's limits the kernels reach.
// The limits are measured too: multiply-adds in registers, and bytes copied from memory to memory, by one thread of
// 128-bit WebAssembly, which has no fused multiply-add. Data in the cache can move faster than memory allows.
import { data, models, ops, rand, setSeed, tidy, useBackend } from "plenoptic";

// backend-cpu's own compiler; the package exports it for import only, so it is found by its file.
const { default: asc } = await import("../packages/backend-cpu/node_modules/assemblyscript/dist/asc.js");

const probe = `
export function multiplyAdds32(n: i32): f32 {
  let a = f32x4.splat(0), b = a, c = a, d = a, e = a, f = a, g = a, h = a;
  const x = f32x4.splat(0.5), y = f32x4.splat(0.25);
  for (let i = 0; i < n; i++) {
    a = f32x4.add(f32x4.mul(a, x), y); b = f32x4.add(f32x4.mul(b, x), y);
    c = f32x4.add(f32x4.mul(c, x), y); d = f32x4.add(f32x4.mul(d, x), y);
    e = f32x4.add(f32x4.mul(e, x), y); f = f32x4.add(f32x4.mul(f, x), y);
    g = f32x4.add(f32x4.mul(g, x), y); h = f32x4.add(f32x4.mul(h, x), y);
  }
  const s = f32x4.add(f32x4.add(f32x4.add(a, b), f32x4.add(c, d)), f32x4.add(f32x4.add(e, f), f32x4.add(g, h)));
  return f32x4.extract_lane(s, 0);
}
export function copy(to: usize, from: usize, bytes: usize): void { memory.copy(to, from, bytes); }
`;

async function compileProbe() {
  let binary;
  const { error, stderr } = await asc.main(
    ["probe.ts", "--outFile", "probe.wasm", "--enable", "simd", "--runtime", "stub", "--optimizeLevel", "3"],
    {
      readFile: (name) => (name === "probe.ts" ? probe : null),
      writeFile: (name, contents) => {
        if (name.endsWith(".wasm")) binary = contents;
      },
      listFiles: () => [],
    },
  );
  if (error) throw new Error(stderr.toString());
  return (await WebAssembly.instantiate(binary, { env: { abort() {} } })).instance.exports;
}

/** Median milliseconds of a call, after warming up. */
function time(call, repeats = 60) {
  for (let i = 0; i < 10; i++) call();
  const times = Array.from({ length: repeats }, () => {
    const start = performance.now();
    call();
    return performance.now() - start;
  });
  return times.sort((a, b) => a - b)[repeats >> 1];
}

const { multiplyAdds32, copy, memory } = await compileProbe();
const turns = 2 ** 20;
const macs = (turns * 32) / (time(() => multiplyAdds32(turns)) * 1e6);
const bytes = 64 * 2 ** 20;
memory.grow((2 * bytes) / 65536 + 1);
const bandwidth = (2 * bytes) / (time(() => copy(bytes + 65536, 65536, bytes), 10) * 1e6);
console.log(
  `Limits of one thread: ${macs.toFixed(1)} G float32 multiply-adds/s, ${bandwidth.toFixed(1)} GB/s copied in memory`,
);

const size = 256;
for (const dtype of ["float32", "float64"]) {
  await useBackend("cpu", { dtype });
  setSeed(0);
  const image = rand([1, 1, size, size]);
  const two = rand([1, 2, size, size]);
  const bytesOf = dtype === "float32" ? 4 : 8;
  const limit = dtype === "float32" ? macs : macs / 2;
  const gaussian = new models.Gaussian(31, { std: 4 });
  const inTidy = (call) => () => tidy(() => void call());
  const print = (name, ms, rate) => console.log(`  ${name.padEnd(34)} ${ms.toFixed(3)} ms  ${rate}`);
  console.log(dtype);
  const filter = time(inTidy(() => gaussian.forward(image)));
  const filterMacs = (2 * 31 * size * size) / (filter * 1e6);
  print(
    "separable filter, 31 + 31 taps",
    filter,
    `${filterMacs.toFixed(1)} G multiply-adds/s, ${((100 * filterMacs) / limit).toFixed(0)} % of the limit`,
  );
  const elementwise = {
    "x + y": () => ops.add(two, two),
    "√x": () => ops.sqrt(two),
    "exp x": () => ops.exp(two),
    "softplus x": () => ops.softplus(two),
  };
  for (const [name, call] of Object.entries(elementwise)) {
    const ms = time(inTidy(call));
    const rate = ((name === "x + y" ? 3 : 2) * two.size * bytesOf) / (ms * 1e6);
    print(
      `${name}, ${two.size} values`,
      ms,
      `${rate.toFixed(1)} GB/s, ${((100 * rate) / bandwidth).toFixed(0)} % of the limit`,
    );
  }
  const scalar = data.disk(2);
  print(
    "one op on 4 values: the overhead",
    time(
      inTidy(() => ops.add(scalar, scalar)),
      2000,
    ),
    "JavaScript, the tape, the allocator",
  );
}
