import "@plenoptic/backend-cpu";
import { afterEach, describe, expect, it } from "vitest";
import {
  activeDevice,
  chooseDevice,
  type Device,
  DeviceError,
  memory,
  mul,
  rand,
  readSync,
  registerBackend,
  setSeed,
  square,
  type Tensor,
  useBackend,
} from "../src/index.js";
import { useReference } from "./reference-device.js";

// The tests' other device is tfjs's plain-JavaScript backend, which a wide filter takes some hundred times as long on.
await useReference();
let isBought = false;
registerBackend({
  device: "absent",
  dtypes: ["float32"],
  // Once it is there it is tfjs's backend, too.
  engineName: () => (isBought ? "cpu" : "absent"),
  // As real ones do, it says what it is only when it has started.
  describe: () => (isBought ? "brand new" : undefined),
  ready: async () => {
    if (!isBought) throw new DeviceError("There is no such hardware. Buy some.");
  },
});
const shape = [1, 1, 40, 40];

function store() {
  const entries = new Map<string, string>();
  return {
    entries,
    getItem: (key: string) => entries.get(key) ?? null,
    setItem: (key: string, value: string) => void entries.set(key, value),
  };
}

describe("chooseDevice", () => {
  afterEach(() => useBackend("cpu"));

  it("takes the fastest, and says what it measured and why others are left out", async () => {
    await useBackend("cpu", { dtype: "float64" });
    setSeed(5);
    const expected = readSync(rand([3]));
    setSeed(5);
    const before = memory().numTensors;
    const choice = await chooseDevice({ shape });
    expect(choice.device).toBe("cpu");
    expect(choice.dtype).toBe("float32");
    expect(choice.trials.map(({ device }) => device).sort()).toEqual(["absent", "cpu", "tfjs"]);
    expect(choice.trials.find(({ device }) => device === "cpu")?.ms).toBeGreaterThan(0);
    expect(choice.reason).toMatch(/^cpu.*: [\d.e-]+ ms/);
    expect(choice.reason).toContain("absent: There is no such hardware.");
    expect(choice.trials.find(({ device }) => device === "absent")?.problem).toContain("Buy some");
    expect(activeDevice()).toEqual({ device: "cpu", dtype: "float64" });
    expect(memory().numTensors).toBe(before);
    expect(readSync(rand([3]))).toEqual(expected);
  });

  it("measures the model itself: one that is slow on a device is not run there", async () => {
    const moves: string[] = [];
    let where: Device | undefined;
    const model = {
      name: "SlowOnCpu",
      to: (device: Device) => {
        where = device;
        moves.push(device.device);
      },
      forward: (x: Tensor) => {
        const end = performance.now() + (where?.device === "cpu" ? 300 : 0);
        while (performance.now() < end);
        return mul(x, 2);
      },
    };
    const { device } = await useBackend("auto", { model, shape });
    expect(device).toBe("tfjs");
    expect(activeDevice().device).toBe("tfjs");
    // It is left where it is needed.
    expect(moves.at(-1)).toBe("tfjs");
  });

  it("remembers, per model, size and devices; in the process and in a cache", async () => {
    let calls = 0;
    const counted = (x: Tensor) => {
      calls++;
      return square(x);
    };
    const cache = store();
    const first = await chooseDevice({ model: counted, shape, cache });
    const after = calls;
    expect(await chooseDevice({ model: counted, shape, cache })).toBe(first);
    expect(calls).toBe(after);
    await chooseDevice({ model: counted, shape: [1, 1, 8, 8], cache });
    expect(calls).toBeGreaterThan(after);
    const [key, value] = [...cache.entries][0];
    expect(key).toContain("counted 1×1×40×40 float32");
    expect(key).toContain("tfjs");
    // Another process finds it in the cache: here, another size that this one has not seen.
    const other = key.replace("40×40", "41×40");
    cache.entries.set(other, value.replace(first.device, "tfjs"));
    const recalled = await chooseDevice({ model: counted, shape: [1, 1, 41, 40], cache });
    expect(recalled.device).toBe("tfjs");
    expect(recalled.reason).toContain("measured earlier");
    // The model goes where it was sent when that was measured.
    const moves: string[] = [];
    const movable = { name: "counted", forward: square, to: (to: Device) => moves.push(to.device) };
    cache.entries.set(key.replace("40×40", "43×40"), value);
    await chooseDevice({ model: movable, shape: [1, 1, 43, 40], cache });
    expect(moves).toEqual([first.device]);
    cache.entries.set(key.replace("40×40", "42×40"), "{");
    expect((await chooseDevice({ model: counted, shape: [1, 1, 42, 40], cache })).trials.length).toBe(3);
  });

  it("measures again when a backend has come since, and not because one says what it is", async () => {
    const cache = store();
    const model = (x: Tensor) => square(square(x));
    const before = await chooseDevice({ model, shape, cache });
    expect(before.trials.filter(({ ms }) => ms === undefined).map(({ device }) => device)).toEqual([
      "absent",
    ]);
    const entries = [...cache.entries].map(([key, value]) => [key.replace("40×40", "44×40"), value] as const);
    for (const [key, value] of entries) cache.entries.set(key, value);
    isBought = true;
    try {
      const after = await chooseDevice({ model, shape: [1, 1, 44, 40], cache });
      expect(after.trials.every(({ ms }) => ms !== undefined)).toBe(true);
      expect(after.trials.find(({ device }) => device === "absent")?.description).toBe("brand new");
      expect(await chooseDevice({ model, shape: [1, 1, 44, 40], cache })).toBe(after);
    } finally {
      isBought = false;
    }
  });

  it("models that say of themselves that they differ are measured apart", async () => {
    const cache = store();
    const made = (width: number) => ({ name: "Wide", forward: square, toString: () => `Wide(${width})` });
    await chooseDevice({ model: made(3), shape, cache });
    await chooseDevice({ model: made(5), shape, cache });
    expect(cache.entries.size).toBe(2);
  });

  it("needs a backend of the precision that runs the model", async () => {
    const fails = (_: Tensor): Tensor => {
      throw new Error("never works");
    };
    await expect(chooseDevice({ model: fails, shape })).rejects.toThrow(
      /No backend can run this.*never works/,
    );
    await expect(useBackend("auto", { dtype: "float16" as never })).rejects.toThrow(/dtype/);
    const wide = await chooseDevice({ model: square, shape, dtype: "float64" });
    expect(wide).toMatchObject({ device: "cpu", dtype: "float64" });
    expect(wide.reason).toContain("only backend");
  });
});
