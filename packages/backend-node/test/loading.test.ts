import { existsSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { makeSandbox, needed, realPackage } from "./support.js";

const otherNode = process.env.PLENOPTIC_OTHER_NODE ?? "";

// Prints, as JSON, what a program sees of the backend; also whether loading it has left anything behind.
const report = `
  import util from "node:util";
  import Module from "node:module";
  import "@plenoptic/backend-cpu";
  import { describeNodeBackend } from "@plenoptic/backend-node";
  import { describeDevice, grad, readSync, square, sum, tanh, tensor, useBackend } from "@plenoptic/tensor";
  const state = () => JSON.stringify([process.env, "isNullOrUndefined" in util]) + Module.prototype.require;
  const before = state();
  const early = describeNodeBackend();
  await useBackend("node");
  const f = (x) => sum(tanh(square(x)));
  const values = (x) => Array.from(readSync(x));
  const x = tensor([0.5, -1, 2]);
  console.log(JSON.stringify({
    early: early ?? null,
    info: describeNodeBackend(),
    line: describeDevice({ device: "node", dtype: "float32" }),
    first: values(grad(f)(x)),
    second: values(grad((x) => sum(grad(f)(x)))(x)),
    traces: state() !== before,
  }));
`;
// A program that uses tfjs-node itself, with all of tfjs, which it imports after plenoptic.js.
const shared = `
  import { createRequire } from "node:module";
  import "@plenoptic/backend-cpu";
  import { describeNodeBackend } from "@plenoptic/backend-node";
  import { grad, readSync, sum, tensor, useBackend } from "@plenoptic/tensor";
  const tf = createRequire(import.meta.url)(process.env.PLENOPTIC_TFJS_NODE);
  const theirs = () => Array.from(tf.grad((x) => tf.sum(tf.square(x)))(tf.tensor1d([1, 2])).dataSync());
  const before = theirs();
  await useBackend("node");
  const cubes = (x) => sum(tf.clipByValue(x.mul(x).mul(x), -100, 100));
  const second = readSync(grad((x) => sum(grad(cubes)(x)))(tensor([1, 2])));
  console.log(JSON.stringify({
    before,
    second: Array.from(second),
    after: theirs(),
    info: describeNodeBackend(),
    mixed: Array.from(tf.tensor1d([4]).add(tensor([3])).dataSync()),
  }));
`;
const attempt = `
  import "@plenoptic/backend-node";
  import { useBackend } from "@plenoptic/tensor";
  await useBackend("node").catch((error) => console.log(error.name + ": " + error.message));
`;

const sandbox = makeSandbox();
beforeAll(async () => {
  await sandbox.addProgram("report", report);
  await sandbox.addProgram("attempt", attempt);
  await sandbox.addProgram("shared", shared);
});
afterEach(() => rmSync(join(sandbox.folder, "node_modules"), { recursive: true, force: true }));
afterAll(() => sandbox.remove());

// d/dx tanh(x²) = 2x s, and once more 2s - 8x² tanh(x²) s, with s = 1 - tanh²(x²).
function derivatives(x: number): [number, number] {
  const t = Math.tanh(x * x);
  const s = 1 - t * t;
  return [2 * x * s, 2 * s - 8 * x * x * t * s];
}

function expectReport(stdout: string): void {
  const seen = JSON.parse(stdout);
  const expected = [0.5, -1, 2].map(derivatives);
  seen.first.forEach((v: number, i: number) => {
    expect(v).toBeCloseTo(expected[i][0], 5);
  });
  seen.second.forEach((v: number, i: number) => {
    expect(v).toBeCloseTo(expected[i][1], 5);
  });
  expect(seen).toMatchObject({ early: null, line: seen.info.summary, traces: false });
  expect(seen.info.packageName).toMatch(/^@tensorflow\/tfjs-node(-gpu)?$/);
  expect(seen.info.tensorflowVersion).toMatch(/^2\.\d+\.\d+/);
  expect(seen.info.summary).toContain(seen.info.tensorflowVersion);
  expect(seen.info.summary).toContain(seen.info.usesGpu ? "on a GPU" : "on the CPU");
}

describe.skipIf(!realPackage)(`loading tfjs-node${needed}`, () => {
  it("computes, tells what it is, and leaves nothing behind and nothing on the console", () => {
    const { stdout, stderr } = sandbox.run("report", realPackage?.folder);
    expect(stderr).toBe("");
    expectReport(stdout);
    expect(JSON.parse(stdout).info).toMatchObject({
      packageName: realPackage?.name,
      packageVersion: realPackage?.version,
      folder: realPackage?.folder,
    });
  });

  it.skipIf(!existsSync(otherNode))("in another major version of Node (needs PLENOPTIC_OTHER_NODE)", () => {
    const { stdout, stderr } = sandbox.run("report", realPackage?.folder, otherNode);
    expect(stderr).toBe("");
    expectReport(stdout);
  });

  it("is found beside the program", () => {
    sandbox.addPackage("@tensorflow/placeholder", "1.0.0");
    const link = join(sandbox.folder, "node_modules", realPackage?.name ?? "");
    symlinkSync(realPackage?.folder ?? "", link);
    expectReport(sandbox.run("report").stdout);
  });

  it("shares the backend with a program that uses tfjs-node itself", () => {
    const { stdout, stderr } = sandbox.run("shared", realPackage?.folder);
    expect(stderr).not.toMatch(/already registered/);
    const seen = JSON.parse(stdout);
    expect(seen).toMatchObject({ before: [2, 4], second: [6, 12], after: [2, 4], mixed: [7] });
    expect(seen.info).toMatchObject({ packageName: realPackage?.name });
    expect(seen.info.packageVersion).toBeUndefined();
  });

  it.skipIf(realPackage?.name !== "@tensorflow/tfjs-node")(
    "takes tfjs-node where tfjs-node-gpu does not load, and says so",
    () => {
      sandbox.addPackage("@tensorflow/tfjs-node-gpu", "4.22.0");
      symlinkSync(realPackage?.folder ?? "", join(sandbox.folder, "node_modules/@tensorflow/tfjs-node"));
      const { stdout, stderr } = sandbox.run("report");
      expectReport(stdout);
      expect(stderr).toMatch(
        /tfjs-node-gpu lies in .*never installed.*@tensorflow\/tfjs-node is used instead/,
      );
    },
  );
});

describe("a tfjs-node that cannot be loaded is an error that says what to do", () => {
  const complaint = (tfjsNode?: string) => sandbox.run("attempt", tfjsNode).stdout;

  it("none is installed", () => {
    expect(complaint()).toMatch(
      /^DeviceError: .*neither can be found.*npm install @tensorflow\/tfjs-node@4\.22\.0.*CUDA 11\.2 and cuDNN 8\.1/,
    );
  });

  it("PLENOPTIC_TFJS_NODE names no package, or another", () => {
    expect(complaint(sandbox.folder)).toMatch(
      /^DeviceError: PLENOPTIC_TFJS_NODE is .* where there is no package\.json/,
    );
    const other = sandbox.addPackage("left", "1.0.0");
    expect(complaint(other)).toMatch(
      /^DeviceError: PLENOPTIC_TFJS_NODE is .* which holds the package "left"/,
    );
  });

  it("its install step did not run", () => {
    sandbox.addPackage("@tensorflow/tfjs-node", "4.22.0");
    expect(complaint()).toMatch(/^DeviceError: .*never installed.*npm rebuild @tensorflow\/tfjs-node/);
  });

  it("its native module is of another machine, or incomplete", () => {
    sandbox.addPackage("@tensorflow/tfjs-node", "4.22.0", { "lib/napi-v8/tfjs_binding.node": "no library" });
    expect(complaint()).toMatch(/^DeviceError: .*does not load: .*tfjs_binding\.node.*npm rebuild/);
  });

  it("it belongs to another version of tfjs-core", () => {
    sandbox.addPackage("@tensorflow/tfjs-node", "4.10.0", { "lib/napi-v8/tfjs_binding.node": "" });
    expect(complaint()).toMatch(/^DeviceError: .*tfjs-node 4\.10\.0 .*another tfjs-core than the 4\.22\.0/);
  });

  it("both are there and neither loads: both reasons", () => {
    sandbox.addPackage("@tensorflow/tfjs-node", "4.10.0");
    sandbox.addPackage("@tensorflow/tfjs-node-gpu", "4.22.0");
    expect(complaint()).toMatch(/^DeviceError: .*tfjs-node-gpu lies in[\s\S]*tfjs-node 4\.10\.0/);
  });
});
