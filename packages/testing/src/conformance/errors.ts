import * as T from "@plenoptic/tensor";
import { spread } from "./arrays.js";
import { check } from "./compare.js";
import { balanced, start, toTensor } from "./on-device.js";
import type { ConformanceCase } from "./types.js";

type ErrorClass = abstract new (...args: never[]) => Error;

/** Throws unless `body` throws (or rejects with) an error of a class, whose message has all the words. */
async function checkThrows(body: () => unknown, kind: ErrorClass, ...words: string[]): Promise<void> {
  let caught: unknown;
  try {
    await body();
  } catch (error) {
    caught = error;
  }
  check(caught instanceof kind, `${caught ?? "No error"} came instead of a ${kind.name}.`);
  for (const word of words) {
    check(caught.message.includes(word), `The message "${caught.message}" does not say ${word}.`);
  }
}

/** Two devices whose tensors must not meet: the one under test, and `cpu` in the other or the same precision. */
const others = ({ device, dtype }: T.Device): T.Device[] =>
  (["float32", "float64"] as const)
    .map((other) => ({ device: "cpu", dtype: other }))
    .filter((other) => other.device !== device || other.dtype !== dtype);

async function mixing(device: T.Device): Promise<void> {
  for (const other of others(device)) {
    const [a, b] = [device, other].map((d) => T.withDevice(d, () => toTensor(spread([3]))));
    const kind = other.dtype === device.dtype ? T.DeviceError : T.DTypeError;
    const names = [device, other].map((d) => `"${d.device}" (${d.dtype})`);
    await checkThrows(() => T.add(a, b), kind, ...names, "toDevice");
    await checkThrows(() => T.concat([b, a]), kind, ...names);
    await checkThrows(() => T.grad((x) => T.sum(T.mul(x, b)))(a), kind, ...names);
    T.dispose(a, b);
  }
}

async function disposed(device: T.Device): Promise<void> {
  const x = T.withDevice(device, () => toTensor(spread([3])));
  x.dispose();
  await checkThrows(() => T.neg(x), T.DeviceError, "disposed");
  await checkThrows(() => T.deviceOf(x), T.DeviceError, "disposed");
}

/** A device says which precisions it lacks, and who has them. */
async function precision(device: T.Device): Promise<void> {
  const wide = { device: device.device, dtype: "float64" } as const;
  const { dtypes } = { dtypes: T.availableDevices().filter((d) => d.device === device.device) };
  if (dtypes.some(({ dtype }) => dtype === "float64")) {
    const x = T.withDevice(wide, () => T.scalar(0.1));
    check((await T.read(x))[0] === 0.1, "float64 does not hold 0.1 in doubles.");
    x.dispose();
    return;
  }
  const words = [`"${device.device}"`, "float64", "cpu"];
  await checkThrows(() => T.withDevice(wide, () => 0), T.DeviceError, ...words);
  await checkThrows(() => T.useBackend(wide.device, { dtype: wide.dtype }), T.DeviceError, ...words);
  const x = T.withDevice(device, () => T.scalar(0.5));
  await checkThrows(() => T.toDevice(x, { dtype: "float64" }), T.DeviceError, ...words);
  x.dispose();
}

async function placement(device: T.Device): Promise<void> {
  const before = T.activeDevice();
  const x = T.withDevice(device, () => toTensor(spread([3])));
  const y = T.tidy(() => T.mul(T.add(x, 1), 0.1));
  const where = T.deviceOf(y);
  check(
    where.device === device.device && where.dtype === device.dtype,
    `An op on a tensor of ${device.device} ran on ${where.device} (${where.dtype}).`,
  );
  check(T.activeDevice().device === before.device, "An op changed the active device.");
  T.dispose(x, y);
}

/** What goes wrong is said, and leaves nothing behind. */
export function errorCases(device: T.Device): ConformanceCase[] {
  const cases: Record<string, (device: T.Device) => Promise<void>> = {
    "tensors of two backends in one op: the error names both": mixing,
    "a disposed tensor is named so": disposed,
    "float64: computed in doubles, or refused with the backends that have it": precision,
    "an op runs where its operands live, whatever device is active": placement,
  };
  return Object.entries(cases).map(([name, body]) => ({
    group: "errors",
    name,
    run: async () => {
      await start(device);
      await balanced(() => body(device));
    },
  }));
}
