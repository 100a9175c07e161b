import type { Device } from "@plenoptic/tensor";
import { checkClose, checkSame } from "./compare.js";
import { balanced, checkShapes, start, toTensor, valuesOn } from "./on-device.js";
import { opCases } from "./ops/index.js";
import type { ConformanceCase, OpCase } from "./types.js";

/**
 * Largest relative error of an op. The design's bound for models is 2e-5 in float32, which a single op has to keep; in
 * float64 it is 1e-10 for models, and a single op is far better.
 */
export const valueBound = ({ dtype }: Device): number => (dtype === "float64" ? 1e-12 : 2e-5);

export const titleOfOp = ({ ops, title }: OpCase): string => `${ops.join(", ")} ${title}`;

async function checkValues(device: Device, op: OpCase): Promise<void> {
  const expected = [op.oracle(...op.inputs)].flat();
  const actual = await valuesOn(device, () => op.apply(...op.inputs.map(toTensor)));
  checkShapes(actual, expected);
  actual.forEach(({ values }, i) => {
    const label = `result ${i}`;
    if (op.exact) checkSame(positiveZeros(values), positiveZeros(expected[i].values), label);
    else checkClose(values, expected[i].values, valueBound(device), label);
  });
}

/** No op promises the sign of a zero. */
const positiveZeros = (values: ArrayLike<number>): number[] => Array.from(values, (v) => (v === 0 ? 0 : v));

/** Each op against its definition in doubles. */
export function valueCases(device: Device): ConformanceCase[] {
  return opCases
    .filter(({ dtype }) => !dtype || dtype === device.dtype)
    .map((op) => ({
      group: "values",
      name: titleOfOp(op),
      run: async () => {
        await start(device);
        await balanced(() => checkValues(device, op));
      },
    }));
}
