// The kit must see what a backend does wrong: each fault is built into tfjs's plain-JavaScript backend in turn.
import { kernelNames, registerBackend } from "@plenoptic/tensor";
import { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { type CaseGroup, type ConformanceCase, conformanceCases } from "../src/conformance/index.js";

type Kernel = tf.KernelConfig["kernelFunc"];

interface Fault {
  /** Kernels to put in the place of the right ones. */
  readonly kernels?: Readonly<Record<string, (usual: Kernel | undefined) => Kernel>>;
  readonly Backend?: new () => MathBackendCPU;
}

let count = 0;

/** A device with a fault. */
function deviceWith({ kernels = {}, Backend = MathBackendCPU }: Fault): string {
  const name = `faulty-${count++}`;
  tf.registerBackend(name, () => new Backend());
  tf.copyRegisteredKernels("cpu", name);
  for (const [kernelName, make] of Object.entries(kernels)) {
    const usual = tf.getKernel(kernelName, name);
    if (usual) tf.unregisterKernel(kernelName, name);
    tf.registerKernel({ kernelName, backendName: name, kernelFunc: make(usual?.kernelFunc) });
  }
  registerBackend({ device: name, dtypes: ["float32"], engineName: () => name });
  return name;
}

const fullName = ({ group, name }: ConformanceCase) => `${group}: ${name}`;

/** Runs the cases whose name matches; gives the messages of those that fail, by name. */
async function failures(device: string, group: CaseGroup, matching: RegExp): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const cases = conformanceCases({ device, dtype: "float32" }, { groups: [group], pictureSize: 32 });
  const chosen = cases.filter((c) => matching.test(fullName(c)));
  expect(chosen.length).toBeGreaterThan(0);
  for (const each of chosen) {
    await each.run().catch((error: Error) => found.set(fullName(each), error.message));
  }
  return found;
}

const backendOf = ({ backend }: { backend: unknown }) => backend as MathBackendCPU;

/** The right result with all values changed. */
const changed =
  (change: (value: number) => number): ((usual: Kernel | undefined) => Kernel) =>
  (usual) =>
  (call) => {
    const result = usual?.(call) as tf.TensorInfo;
    const values = backendOf(call).readSync(result.dataId) as Float32Array;
    values.set(values.map(change));
    return result;
  };

const leaking =
  (usual: Kernel | undefined): Kernel =>
  (call) => {
    backendOf(call).write(new Float32Array(4), [4], "float32");
    return usual?.(call) as tf.TensorInfo;
  };

const right = deviceWith({});

describe("the conformance kit sees", () => {
  const one = /: (exp|matMul) /;

  it("nothing where nothing is wrong", async () => {
    for (const group of ["values", "gradients", "memory", "errors", "moving"] as const) {
      const matching = group === "values" || group === "gradients" ? one : /./;
      expect(await failures(right, group, matching)).toEqual(new Map());
    }
  });

  it("a value that is a little off", async () => {
    const device = deviceWith({ kernels: { Exp: changed((v) => v * 1.0003) } });
    const found = await failures(device, "values", one);
    expect([...found.keys()].every((name) => name.startsWith("values: exp "))).toBe(true);
    expect(found.get("values: exp of [3, 7]")).toMatch(/relative error .* above 0.00002; worst at/);
    expect((await failures(device, "gradients", /: exp /)).size).toBeGreaterThan(0);
  });

  it("a small value that is off beside large ones", async () => {
    const device = deviceWith({ kernels: { Expm1: changed((v) => (Math.abs(v) < 1e-3 ? 1.001 * v : v)) } });
    expect([...(await failures(device, "values", /: expm1 /)).keys()]).toEqual([
      "values: expm1 at particular numbers",
    ]);
  });

  it("NaN that does not come through", async () => {
    const device = deviceWith({ kernels: { Sqrt: changed((v) => (Number.isNaN(v) ? 0 : v)) } });
    const found = await failures(device, "values", /: sqrt /);
    expect([...found.keys()]).toEqual(["values: sqrt of or to infinity or NaN"]);
  });

  it("another shape", async () => {
    const flat: (usual: Kernel | undefined) => Kernel = (usual) => (call) => {
      const result = usual?.(call) as tf.TensorInfo;
      return { ...result, shape: [1, ...result.shape] };
    };
    const found = await failures(deviceWith({ kernels: { Tile: flat } }), "values", /: tile /);
    expect(found.size).toBeGreaterThan(0);
    for (const message of found.values()) expect(message).toMatch(/has shape \[1, /);
  });

  it("a slope that is off though the value is right", async () => {
    const device = deviceWith({ kernels: { Cos: changed((v) => v * 1.001) } });
    expect((await failures(device, "values", /: sin /)).size).toBe(0);
    const [message] = (await failures(device, "gradients", /: sin of \[3, 7\]/)).values();
    expect(message).toMatch(/^gradient for input 0/);
  });

  it("blocks of values that are left behind", async () => {
    const device = deviceWith({ kernels: { Neg: leaking } });
    const found = await failures(device, "values", /: neg /);
    expect(found.size).toBe(6);
    for (const message of found.values()) expect(message).toMatch(/blocks of values were left behind/);
  });

  it("a kernel of ours that differs from its composition", async () => {
    const sumOfFirst: () => Kernel = () => (call) => {
      const values = backendOf(call).readSync((call.inputs.x as tf.TensorInfo).dataId) as Float32Array;
      const sum = values.subarray(0, 1024).reduce((total, v) => total + v * v, 0);
      const dataId = backendOf(call).write(Float32Array.of(sum), [], "float32");
      return { dataId, shape: [], dtype: "float32" };
    };
    const device = deviceWith({ kernels: { [kernelNames.SumSquares]: sumOfFirst } });
    const found = await failures(device, "kernels", /SumSquares/);
    expect([...found.keys()]).toEqual(["kernels: PlenopticSumSquares of [2, 3, 67, 41]"]);
  });

  it("values that are rounded on the way", async () => {
    class Rounding extends MathBackendCPU {
      override async read(dataId: object) {
        const values = await super.read(dataId);
        return values instanceof Float32Array ? values.map((v) => Number(v.toPrecision(6))) : values;
      }
    }
    const found = await failures(deviceWith({ Backend: Rounding }), "moving", /./);
    expect([...found.keys()]).toContain("moving: an image: to cpu float32 and back");
  });

  it("a synthesis that goes another way", async () => {
    const device = deviceWith({ kernels: { Sub: changed((v) => v * 1.01) } });
    const [[name, message]] = await failures(device, "synthesis", /Gaussian/);
    expect(name).toBe("synthesis: Gaussian, 25 iterations at 32×32 from seed 0");
    expect(message).toMatch(/relative error/);
  });
});

describe("exceptions", () => {
  it("leave cases out by name, with their reason", () => {
    const except = [{ cases: /^values: exp /, reason: "no exponentials" }];
    const cases = conformanceCases({ device: right, dtype: "float32" }, { except });
    const skipped = cases.filter(({ skip }) => skip);
    expect(skipped.map(({ skip }) => skip)).toEqual(Array(6).fill("no exponentials"));
    expect(skipped.every(({ name }) => name.startsWith("exp "))).toBe(true);
  });

  it("that match nothing are refused, and so is a group that does not exist", () => {
    const device = { device: right, dtype: "float32" } as const;
    const except = [{ cases: /^values: exq /, reason: "?" }];
    expect(() => conformanceCases(device, { except })).toThrow(
      /except must be an expression that matches a case/,
    );
    expect(() => conformanceCases(device, { groups: ["speed" as "values"] })).toThrow(
      /groups must be some of/,
    );
  });
});
