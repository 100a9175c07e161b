import "@plenoptic/backend-cpu";
import "@plenoptic/backend-node";
import "@plenoptic/backend-webgpu";
import { dispose, type FloatArray, memory, read, setSeed, type Tensor, useBackend } from "@plenoptic/tensor";
import { expectClose, forPresent } from "@plenoptic/testing";
import { afterEach, expect, it } from "vitest";
import { gradientsOf, partsOf, type ReferenceCase, toOurs } from "./reference-cases.js";
import { resamplingCases } from "./resampling-cases.js";
import { signalCases } from "./signal-cases.js";

/** Some cases of each function, spread over all of its. */
function chosenCases(most: number): ReferenceCase[] {
  const all = [...signalCases, ...resamplingCases];
  return [...new Set(all.map(({ name }) => name))].flatMap((name) => {
    const cases = all.filter((c) => c.name === name);
    const step = Math.max(1, Math.ceil(cases.length / most));
    return cases.filter((_, i) => i % step === 0);
  });
}

/** Values and gradients on the active device. */
async function runCase({ inputs, ours, seed, gradient = true }: ReferenceCase): Promise<FloatArray[]> {
  const given = inputs.map(toOurs);
  if (seed !== undefined) setSeed(seed);
  const result = ours(...(given as never[]));
  const grads: Tensor[] = gradient ? gradientsOf(ours, given) : [];
  const values = await Promise.all([...partsOf(result), ...grads].map(read));
  dispose(given, result, grads);
  return values;
}

const devices = [
  { device: "node", dtype: "float32" },
  { device: "webgpu", dtype: "float32" },
] as const;

afterEach(() => useBackend("cpu"));

await forPresent("process on other devices", devices, (device) => {
  for (const [i, chosen] of chosenCases(4).entries()) {
    it(`${i} ${chosen.name} is on ${device.device} what it is on the cpu`, async () => {
      // Noise is drawn in the precision of the image.
      await useBackend("cpu", { dtype: chosen.dtype ?? "float64" });
      const wanted = await runCase(chosen);
      await useBackend(device.device, { dtype: device.dtype });
      const before = memory().numTensors;
      const values = await runCase(chosen);
      expect(memory().numTensors - before, "tensors left behind").toBe(0);
      expect(values.length).toBe(wanted.length);
      for (const [k, found] of values.entries()) expectClose(found, wanted[k], 2e-5, `array ${k}`);
    }, 60_000);
  }
});
