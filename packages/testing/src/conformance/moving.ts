import * as T from "@plenoptic/tensor";
import { type NumberArray, spread, vector } from "./arrays.js";
import { check, checkSame, checkShape } from "./compare.js";
import { balanced, start, titleOf, toTensor } from "./on-device.js";
import type { ConformanceCase } from "./types.js";

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

const arrays: Readonly<Record<string, NumberArray>> = {
  "numbers of all sizes": vector(0, -0, 1, -1.5, 1e-30, 1e30, 3.4e38, 0.1, 1 / 3, inf, -inf, nan),
  // The smallest normal float32 and numbers below it.
  "tiny numbers": vector(2 ** -126, 2 ** -127, 2 ** -149, -(2 ** -140)),
  "an image": spread([2, 3, 17, 19], -3, 3),
  "one number": spread([]),
  nothing: spread([0, 3]),
};

/** float32 numbers there and back have the same bits. */
async function roundTrip(device: T.Device, other: T.Device, x: NumberArray): Promise<void> {
  const here = T.withDevice(other, () => toTensor(x));
  const there = await T.toDevice(here, device);
  const moved = T.deviceOf(there);
  check(
    moved.device === device.device && moved.dtype === device.dtype,
    `toDevice() put the tensor on ${titleOf(moved)} instead of ${titleOf(device)}.`,
  );
  const back = await T.toDevice(there, other);
  checkShape(back.shape, x.shape);
  checkSame(await T.read(there), x.values, `values on ${titleOf(device)}`);
  checkSame(await T.read(back), x.values, `values back on ${titleOf(other)}`);
  T.dispose(here, there, back);
}

/** Numbers that float32 has not are rounded to the nearest. */
async function rounding(device: T.Device): Promise<void> {
  const values = [0.1, 1 / 3, 1e-45, 1e39, 16777217, Math.PI];
  const wide = T.withDevice({ device: "cpu", dtype: "float64" }, () => T.tensor(values));
  const moved = await T.toDevice(wide, device);
  checkSame(await T.read(moved), device.dtype === "float64" ? values : values.map(Math.fround));
  T.dispose(wide, moved);
}

/** Tensors come to a device and leave it unchanged. */
export function movingCases(device: T.Device): ConformanceCase[] {
  const make = (name: string, body: () => Promise<void>): ConformanceCase => ({
    group: "moving",
    name,
    run: async () => {
      await start(device);
      await balanced(body);
    },
  });
  return [
    ...(["float32", "float64"] as const).flatMap((dtype) => {
      const other = { device: "cpu", dtype };
      return Object.entries(arrays).map(([name, x]) =>
        make(`${name}: to ${titleOf(other)} and back`, () => roundTrip(device, other, x)),
      );
    }),
    make("from float64, numbers are rounded to the nearest", () => rounding(device)),
  ];
}
