import "@plenoptic/backend-cpu";
import {
  activeDevice,
  type Device,
  dispose,
  memory,
  read,
  type Tensor,
  tensor,
  tidy,
  useBackend,
  withDevice,
} from "@plenoptic/tensor";
import type { NumberArray } from "./arrays.js";
import { check, checkShape } from "./compare.js";

/** The device that the others are compared with: its bits are the same on every machine. */
export const referenceDevice: Device = { device: "cpu", dtype: "float64" };

export const titleOf = ({ device, dtype }: Device): string => `${device} ${dtype}`;

/** Starts a device without making it the default of whatever runs next. */
export async function start(device: Device): Promise<void> {
  const before = activeDevice();
  await useBackend(device.device, { dtype: device.dtype });
  await useBackend(before.device, { dtype: before.dtype });
}

/** A tensor of the active device. */
export const toTensor = ({ values, shape }: NumberArray): Tensor => tensor(values, shape);

/**
 * Makes tensors in one synchronous stretch on a device, awaits their values, and frees them.
 *
 * @param make - gives the tensors whose values are wanted
 */
export async function valuesOn(device: Device, make: () => Tensor | Tensor[]): Promise<NumberArray[]> {
  const made = withDevice(device, () => tidy(make));
  const list = Array.isArray(made) ? made : [made];
  try {
    const out: NumberArray[] = [];
    for (const x of list) {
      const values = await read(x);
      check(
        device.dtype === "float64" ? values instanceof Float64Array : values instanceof Float32Array,
        `Values on ${titleOf(device)} came as ${values.constructor.name}.`,
      );
      // A copy: what a backend hands out may be a view of memory that it uses again.
      out.push({ shape: [...x.shape], values: values.slice() });
    }
    return out;
  } finally {
    dispose(list);
  }
}

/** Throws unless results have the shapes that were expected. */
export function checkShapes(actual: readonly NumberArray[], expected: readonly NumberArray[]): void {
  check(actual.length === expected.length, `${actual.length} results came instead of ${expected.length}.`);
  actual.forEach(({ shape }, i) => {
    checkShape(shape, expected[i].shape, `result ${i}`);
  });
}

/** Runs `body`, and throws unless as many tensors and as many blocks of values are alive afterwards as before. */
export async function balanced(body: () => Promise<void>): Promise<void> {
  const before = memory();
  await body();
  const after = memory();
  check(
    after.numTensors === before.numTensors,
    `${after.numTensors - before.numTensors} tensors were left behind.`,
  );
  check(
    after.numDataIds === before.numDataIds,
    `${after.numDataIds - before.numDataIds} blocks of values were left behind in the backends.`,
  );
}
