import * as T from "@plenoptic/tensor";
import { spread } from "./arrays.js";
import { check, checkSame } from "./compare.js";
import { balanced, start, toTensor } from "./on-device.js";
import type { ConformanceCase } from "./types.js";

const x = spread([2, 1, 9, 11]);

class Interruption extends Error {}

/** Throws unless `body` throws the interruption. */
function interrupted(body: () => unknown): void {
  try {
    body();
  } catch (error) {
    if (error instanceof Interruption) return;
    throw error;
  }
  check(false, "The error of a function did not come through.");
}

const halfDone = (v: T.Tensor): T.Tensor => {
  T.exp(T.square(v));
  throw new Interruption("half done");
};

const cases: Readonly<Record<string, () => void | Promise<void>>> = {
  "tidy frees what an error leaves": () => interrupted(() => T.tidy(() => halfDone(toTensor(x)))),
  "a gradient frees what an error leaves, and works again": async () => {
    const input = toTensor(x);
    interrupted(() => T.grad(halfDone)(input));
    interrupted(() => T.grad((v) => T.sum(T.grad(halfDone)(v)))(input));
    const slope = T.grad((v) => T.sum(v))(input);
    checkSame(await T.read(slope), Array(x.values.length).fill(1));
    T.dispose(slope, input);
  },
  "a shape error frees what was made before it": () => {
    const [a, b] = [T.ones([2, 3]), T.ones([4])];
    let caught: unknown;
    try {
      T.tidy(() => T.add(T.square(a), b));
    } catch (error) {
      caught = error;
    }
    check(caught instanceof T.ShapeError, `Shapes that do not fit gave ${caught} instead of a ShapeError.`);
    T.dispose(a, b);
  },
  "copies share values, which live as long as one of them": async () => {
    const original = toTensor(x);
    const copies = [T.clone(original), T.reshape(original, [-1]), T.detach(original)];
    original.dispose();
    for (const copy of copies) {
      checkSame(await T.read(copy), x.values);
      copy.dispose();
    }
  },
  "keep() outlives tidy, dispose() frees it": async () => {
    let kept: T.Tensor | undefined;
    T.tidy(() => {
      kept = T.keep(T.mul(toTensor(x), 2));
    });
    check(kept && !kept.isDisposed, "A kept tensor was freed.");
    checkSame(
      await T.read(kept),
      Array.from(x.values, (v) => 2 * v),
    );
    T.dispose(kept);
  },
  "tidy keeps and dispose frees the tensors of lists, records and maps": async () => {
    const made = T.tidy(() => {
      const y = toTensor(x);
      return { list: [T.mul(y, 2)], map: new Map([["key", { pair: T.mul(y, 4) }]]) };
    });
    const kept = [made.list[0], made.map.get("key")?.pair as T.Tensor];
    for (const [i, y] of kept.entries()) {
      checkSame(
        await T.read(y),
        Array.from(x.values, (v) => 2 ** (i + 1) * v),
      );
    }
    T.dispose(made);
    check(
      kept.every((y) => y.isDisposed),
      "A tensor in a list or map was not freed.",
    );
  },
  "reading several times, at the same time too, leaves nothing": async () => {
    const y = T.tidy(() => T.mul(toTensor(x), 0.5));
    const half = Array.from(x.values, (v) => v / 2);
    const both = await Promise.all([T.read(y), T.read(y)]);
    for (const values of [...both, await T.read(y)]) checkSame(values, half);
    y.dispose();
  },
  "a tensor may be freed while it is being read": async () => {
    const y = T.tidy(() => T.mul(toTensor(x), 0.5));
    const reading = T.read(y);
    y.dispose();
    checkSame(
      await reading,
      Array.from(x.values, (v) => v / 2),
    );
  },
  "twenty descents grow nothing": async () => {
    let image = toTensor(x);
    for (let i = 0; i < 20; i++) {
      const next = T.tidy(() => {
        const slope = T.grad((v) => T.mean(T.square(T.sub(T.pad2d(v, [1, 1, 1, 1], "reflect"), 0.5))))(image);
        return T.sub(image, T.mul(slope, 0.5));
      });
      image.dispose();
      image = next;
    }
    await T.read(image);
    image.dispose();
  },
};

/** Nothing is left behind, also after errors; that each single op leaves nothing is checked along with its values. */
export function memoryCases(device: T.Device): ConformanceCase[] {
  return Object.entries(cases).map(([name, body]) => ({
    group: "memory",
    name,
    run: async () => {
      await start(device);
      await balanced(async () => {
        await T.withDevice(device, body);
      });
    },
  }));
}
