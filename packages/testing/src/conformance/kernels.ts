import { cast, type Device, declaredOps, run, type Tensor } from "@plenoptic/tensor";
import { check, checkClose } from "./compare.js";
import { kernelCalls } from "./kernel-calls.js";
import { balanced, checkShapes, start, toTensor, valuesOn } from "./on-device.js";
import type { ConformanceCase, KernelCall } from "./types.js";
import { valueBound } from "./values.js";

async function checkKernel(device: Device, { kernel, inputs, whole = [], attrs }: KernelCall): Promise<void> {
  const op = declaredOps().get(kernel);
  check(op, `There is no declared op "${kernel}".`);
  const tensors = (): Record<string, Tensor> =>
    Object.fromEntries(
      Object.entries(inputs).map(([name, x]) => [
        name,
        whole.includes(name) ? cast(toTensor(x), "int32") : toTensor(x),
      ]),
    );
  const expected = await valuesOn(device, () => op.compose(tensors(), attrs as never));
  const actual = await valuesOn(device, () => run<Tensor | Tensor[]>(kernel, tensors(), attrs));
  checkShapes(actual, expected);
  actual.forEach(({ values }, i) => {
    checkClose(values, expected[i].values, valueBound(device), `result ${i} of ${kernel}`);
  });
}

/**
 * Each kernel of our own against its composition from other ops, on the same device. Where a backend has no such kernel
 * the composition serves, and the case says only that it runs.
 */
export function kernelCases(device: Device): ConformanceCase[] {
  return kernelCalls.map((call) => ({
    group: "kernels",
    name: `${call.kernel} ${call.title}`,
    run: async () => {
      await start(device);
      await balanced(() => checkKernel(device, call));
    },
  }));
}
