import type { Device } from "@plenoptic/tensor";
import { check, checkClose, checkSame } from "./compare.js";
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
    if (op.each) checkEach(device, values, expected[i].values, label);
    else if (op.exact) checkSame(positiveZeros(values), positiveZeros(expected[i].values), label);
    else checkClose(values, expected[i].values, valueBound(device), label);
  });
}

/** Below it float32 numbers lose bits, and some processors make them 0. */
const smallestNormal = 2 ** -126;

/** Each value against its own size. */
function checkEach(
  device: Device,
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  label: string,
): void {
  const bound = valueBound(device);
  const isNarrow = device.dtype === "float32";
  for (let i = 0; i < expected.length; i++) {
    const [a, b] = [actual[i], isNarrow ? Math.fround(expected[i]) : expected[i]];
    // Where the answer is 0, what rounding makes of numbers around 1 is forgiven.
    if (isNarrow && Math.abs(b) < smallestNormal && b !== 0)
      check(Math.abs(a) < 2 * smallestNormal, `${label}: ${a} for ${b} at ${i}`);
    else if (b === 0) check(Math.abs(a) <= bound / 100, `${label}: ${a} instead of 0 at ${i}`);
    else checkClose([a], [b], bound, `${label}, value ${i}`);
  }
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
