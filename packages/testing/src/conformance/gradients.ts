import type { Device } from "@plenoptic/tensor";
import { check, checkClose } from "./compare.js";
import {
  contracted,
  type Derivatives,
  derivativesOn,
  errorsAgainstDifferences,
  largest,
} from "./derivatives.js";
import { balanced, referenceDevice, start, toTensor } from "./on-device.js";
import { opCases } from "./ops/index.js";
import type { ConformanceCase, OpCase } from "./types.js";
import { titleOfOp, valueBound } from "./values.js";

/** What central differences in float64 can tell. */
const differenceBound = 1e-7;

/** The op as a function of one input, contracted to a number; the others stay as they are. */
const functionOf = (op: OpCase, position: number) =>
  contracted((x) => op.apply(...op.inputs.map((input, i) => (i === position ? x : toTensor(input)))));

/** Derivatives on a float64 device, checked against differences of what the same device computes. */
async function checkedDerivatives(device: Device, op: OpCase, position: number): Promise<Derivatives> {
  const [f, x] = [functionOf(op, position), op.inputs[position]];
  const derivatives = await derivativesOn(device, f, x);
  const { first, second } = await errorsAgainstDifferences(device, f, x, derivatives);
  const where = `of ${titleOfOp(op)} for input ${position} on ${device.device} ${device.dtype} against central differences`;
  check(
    first <= differenceBound,
    `first derivative ${where}: relative error ${first} above ${differenceBound}`,
  );
  check(
    second <= differenceBound,
    `second derivative ${where}: relative error ${second} above ${differenceBound}`,
  );
  return derivatives;
}

const known = new Map<string, Promise<Derivatives>>();

/** The derivatives to compare those of float32 devices with: computed once. */
function referenceDerivatives(op: OpCase, position: number): Promise<Derivatives> {
  const key = `${titleOfOp(op)} ${position}`;
  const found = known.get(key) ?? checkedDerivatives(referenceDevice, op, position);
  known.set(key, found);
  return found;
}

async function checkDerivatives(device: Device, op: OpCase, position: number): Promise<void> {
  if (device.dtype === "float64") {
    await checkedDerivatives(device, op, position);
    return;
  }
  const expected = await referenceDerivatives(op, position);
  const actual = await derivativesOn(device, functionOf(op, position), op.inputs[position]);
  const bound = valueBound(device);
  checkClose(actual.gradient, expected.gradient, bound, `gradient for input ${position}`);
  // What a second derivative loses by cancellation is measured by the first.
  const scale = Math.max(largest(expected.gradient), largest(expected.curvature));
  checkClose(
    [...Array.from(actual.curvature), scale],
    [...Array.from(expected.curvature), scale],
    bound,
    `second derivative for input ${position}`,
  );
}

/**
 * First and second derivatives of each op: on a float64 device against central differences there; on a float32 one, where
 * differences say little, against the derivatives on `cpu` in float64, which are themselves checked against differences.
 */
export function gradientCases(device: Device): ConformanceCase[] {
  return opCases
    .filter(({ differentiate }) => differentiate?.length)
    .map((op) => ({
      group: "gradients",
      name: titleOfOp(op),
      run: async () => {
        await start(device);
        await balanced(async () => {
          for (const position of op.differentiate ?? []) await checkDerivatives(device, op, position);
        });
      },
    }));
}
