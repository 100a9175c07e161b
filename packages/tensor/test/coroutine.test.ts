import "@plenoptic/backend-cpu";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  add,
  type Coroutine,
  type Device,
  inScope,
  memory,
  mul,
  numbersOf,
  readSync,
  runCoroutine,
  sum,
  type Tensor,
  tensor,
  tidy,
  useBackend,
  valuesOf,
} from "../src/index.js";
import { useWaiting, waiting, waitingDevice } from "./waiting-device.js";

const cpu: Device = { device: "cpu", dtype: "float32" };

/** Sums of ever longer lists, each made with the last. */
function* sums(count: number): Coroutine<number[]> {
  const found: number[] = [];
  let x: Tensor = tensor([1, 2]);
  for (let i = 0; i < count; i++) {
    const [total] = yield* numbersOf(sum(x));
    found.push(total);
    x = add(x, total);
  }
  return found;
}

beforeAll(useWaiting);
afterEach(async () => {
  waiting.failure = undefined;
  await useBackend("cpu");
});

describe("runCoroutine", () => {
  it("gives the result at once where values can be read at once, else a promise", async () => {
    const now = runCoroutine(cpu, () => sums(4));
    const later = runCoroutine(waitingDevice, () => sums(4));
    expect(now).toEqual([3, 9, 27, 81]);
    expect(later).toBeInstanceOf(Promise);
    expect(await later).toEqual(now);
    // Without a yield there is nothing to wait for.
    // biome-ignore lint/correctness/useYield: that is the case.
    const quick = function* (): Coroutine<number> {
      return 7;
    };
    expect(runCoroutine(waitingDevice, quick)).toBe(7);
  });

  it("frees all tensors but those it returns", async () => {
    function* work(): Coroutine<{ kept: Tensor }> {
      const x = tensor([1, 2, 3]);
      const [values] = yield* valuesOf(mul(x, 2));
      return { kept: add(x, values[2]) };
    }
    for (const device of [cpu, waitingDevice]) {
      const before = memory().numTensors;
      const { kept } = await runCoroutine(device, work);
      expect(memory().numTensors).toBe(before + 1);
      expect([...(await kept.data())]).toEqual([7, 8, 9]);
      kept.dispose();
    }
  });

  it("inScope frees what a part made, also when it waits in between", async () => {
    function* outer(): Coroutine<number[]> {
      const counts = [memory().numTensors];
      const kept = yield* inScope(
        (function* (): Coroutine<Tensor> {
          const x = tensor([5]);
          yield* numbersOf(mul(x, 3));
          return mul(x, 2);
        })(),
      );
      counts.push(memory().numTensors, (yield* numbersOf(kept))[0]);
      return counts;
    }
    for (const device of [cpu, waitingDevice]) {
      const [before, after, value] = await runCoroutine(device, outer);
      expect(after).toBe(before + 1);
      expect(value).toBe(10);
    }
  });

  it("many take turns, among each other and with tidy(), and none frees what is another's", async () => {
    const before = memory().numTensors;
    const runs = [3, 5, 2, 6].map((count) => runCoroutine(waitingDevice, () => sums(count)));
    await useBackend("cpu");
    for (let i = 0; i < 5; i++) {
      expect(readSync(tidy(() => add(tensor([1]), i)))[0]).toBe(1 + i);
      await new Promise((resolve) => setTimeout(resolve));
    }
    const results = await Promise.all(runs);
    for (const [i, count] of [3, 5, 2, 6].entries())
      expect(results[i]).toEqual(runCoroutine(cpu, () => sums(count)));
    // The five tensors that tidy() let out.
    expect(memory().numTensors).toBe(before + 5);
  });

  it("an error frees everything; a failed read arrives where the values were wanted", async () => {
    function* fails(): Coroutine<void> {
      yield* numbersOf(tensor([1]));
      throw new Error("own");
    }
    function* recovers(): Coroutine<string> {
      try {
        yield* numbersOf(tensor([1]));
        return "read";
      } catch (error) {
        return (error as Error).message;
      }
    }
    const before = memory().numTensors;
    expect(() => runCoroutine(cpu, fails)).toThrow("own");
    await expect(runCoroutine(waitingDevice, fails)).rejects.toThrow("own");
    waiting.failure = new Error("not to be read");
    expect(await runCoroutine(waitingDevice, recovers)).toBe("not to be read");
    await expect(runCoroutine(waitingDevice, () => sums(2))).rejects.toThrow("not to be read");
    expect(memory().numTensors).toBe(before);
    expect(() =>
      // biome-ignore lint/correctness/useYield: it fails before.
      runCoroutine(waitingDevice, function* (): Coroutine<void> {
        throw new Error("at once");
      }),
    ).toThrow("at once");
  });

  it("reading at once is refused where values can only be awaited", async () => {
    await useWaiting();
    const x = tensor([1]);
    expect(() => readSync(x)).toThrow(/"waiting" cannot be read at once. Use await read/);
    x.dispose();
  });
});
