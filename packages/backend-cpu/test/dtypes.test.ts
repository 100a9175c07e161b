import { tensor, useBackend } from "@plenoptic/tensor";
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import type { CpuBackend } from "../src/backend.js";
import "../src/index.js";

const backend = () => tf.engine().backend as CpuBackend;
const run = (name: string, inputs: Record<string, tf.Tensor>, attrs: Record<string, unknown> = {}) =>
  tf.engine().runKernel(name, inputs, attrs as tf.NamedAttrMap) as tf.Tensor;
const int = (values: readonly number[], shape = [values.length]) => tf.tensor([...values], shape, "int32");

/** What a C int is left with: the low 32 bits. */
const wrap = (x: bigint) => Number(BigInt.asIntN(32, x));
const floorDiv = (a: bigint, b: bigint) => (b === 0n ? 0n : (a - (((a % b) + b) % b)) / b);
const wholeOps: Record<string, (a: bigint, b: bigint) => bigint> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Multiply: (a, b) => a * b,
  Maximum: (a, b) => [a, b][Number(b > a)],
  Minimum: (a, b) => [a, b][Number(b < a)],
  SquaredDifference: (a, b) => (a - b) ** 2n,
  FloorDiv: floorDiv,
  Mod: (a, b) => (b === 0n ? 0n : a - floorDiv(a, b) * b),
  BitwiseAnd: (a, b) => a & b,
};
const wholeFunctions: Record<string, (x: bigint) => bigint> = {
  Abs: (x) => (x < 0n ? -x : x),
  Neg: (x) => -x,
  Square: (x) => x * x,
  Sign: (x) => (x > 0n ? 1n : x < 0n ? -1n : 0n),
  Relu: (x) => (x > 0n ? x : 0n),
  Relu6: (x) => (x < 0n ? 0n : x > 6n ? 6n : x),
  Round: (x) => x,
};
const whole = fc.oneof(
  fc.integer({ min: -12, max: 12 }),
  fc.integer(),
  fc.constantFrom(-(2 ** 31), 2 ** 31 - 1),
);

for (const dtype of ["float32", "float64"] as const) {
  describe(`dtypes beside ${dtype}`, () => {
    beforeEach(async () => {
      await useBackend("cpu", { dtype });
    });

    for (const [name, oracle] of Object.entries(wholeOps)) {
      it(`${name} of whole numbers is exact, wraps around, and rounds down`, () => {
        fc.assert(
          fc.property(fc.array(fc.tuple(whole, whole), { minLength: 1, maxLength: 9 }), (pairs) => {
            const [a, b] = [0, 1].map((side) => int(pairs.map((pair) => pair[side])));
            const y = run(name, { a, b });
            expect(y.dtype).toBe("int32");
            const expected = pairs.map(([p, q]) => wrap(oracle(BigInt(p), BigInt(q))));
            expect([...y.dataSync()]).toEqual(expected);
          }),
          { numRuns: 50 },
        );
      });
    }

    for (const [name, oracle] of Object.entries(wholeFunctions)) {
      it(`${name} of whole numbers is exact`, () => {
        fc.assert(
          fc.property(fc.array(whole, { minLength: 1, maxLength: 9 }), (values) => {
            const y = run(name, { x: int(values) });
            expect(y.dtype).toBe("int32");
            expect([...y.dataSync()]).toEqual(values.map((v) => wrap(oracle(BigInt(v)))));
          }),
          { numRuns: 50 },
        );
      });
    }

    it("powers of whole numbers wrap around, and are cut off below 1", () => {
      const a = [2, -3, 7, 10, 0, 1, -1, -1, 2, 0, 46341];
      const b = [10, 3, 0, 12, 0, -5, -3, -4, -1, -1, 2];
      const expected = [1024, -27, 1, wrap(10n ** 12n), 1, 1, -1, 1, 0, 0, wrap(46341n ** 2n)];
      expect([...run("Pow", { a: int(a), b: int(b) }).dataSync()]).toEqual(expected);
    });

    it("broadcasts whole numbers", () => {
      const y = tf.sub(int([1, 2, 3, 4, 5, 6], [2, 1, 3]), int([10, 20], [2, 1]));
      expect(y.shape).toEqual([2, 2, 3]);
      expect([...y.dataSync()]).toEqual([-9, -8, -7, -19, -18, -17, -6, -5, -4, -16, -15, -14]);
    });

    it("takes the wider of two dtypes, and counts with booleans", () => {
      const floats = tf.tensor([0.5, 1.5]);
      expect([...tf.add(int([1, 2]), floats).dataSync()]).toEqual([1.5, 3.5]);
      const bools = tf.tensor([true, false], [2], "bool");
      expect([...tf.mul(bools, floats).dataSync()]).toEqual([0.5, 0]);
      expect([...run("Add", { a: bools, b: bools }).dataSync()]).toEqual([2, 0]);
      expect([...tf.greater(int([1, 2]), floats).dataSync()]).toEqual([1, 1]);
      expect(tf.add(bools, tf.complex([1, 2], [3, 4])).dtype).toBe("complex64");
      expect([...tf.exp(int([0, 1])).dataSync()][1]).toBeCloseTo(Math.E, 6);
    });

    it("compares whole numbers beyond 2^24, sixteen at a time and one by one", () => {
      const a = Array.from({ length: 37 }, (_, i) => 2 ** 24 + i);
      const b = a.map((v, i) => v + ((i % 3) - 1));
      for (const [name, holds] of Object.entries({
        Less: (p: number, q: number) => p < q,
        Equal: (p: number, q: number) => p === q,
        GreaterEqual: (p: number, q: number) => p >= q,
      })) {
        const expected = a.map((v, i) => Number(holds(v, b[i])));
        expect([...run(name, { a: int(a), b: int(b) }).dataSync()]).toEqual(expected);
      }
    });

    it("casts: floats are cut off, NaN and 0 have values of their own, a boolean is 0 or 1", () => {
      const x = tf.tensor([-1.9, 0, 0.5, 1e10, Number.NaN]);
      expect([...tf.cast(x, "int32").dataSync()]).toEqual([-1, 0, 0, 2 ** 31 - 1, 0]);
      expect([...tf.cast(x, "bool").dataSync()]).toEqual([1, 0, 1, 1, 1]);
      expect([...tf.cast(int([0, -3]), "bool").dataSync()]).toEqual([0, 1]);
      const z = tf.cast(int([2, -3]), "complex64");
      expect([...z.dataSync()]).toEqual([2, 0, -3, 0]);
      expect([...tf.cast(tf.complex([1.5, 2], [3, 4]), "int32").dataSync()]).toEqual([1, 2]);
      expect(() => run("Cast", { x: tf.tensor(["a"]) }, { dtype: "float32" })).toThrow(/string.*float32/);
    });

    it("complex sums, differences and products broadcast", () => {
      const a = [1, 2, -3, 0.5, 0.25, 4];
      const b = [2, -1, 0.5, 3];
      const za = tf.complex([a[0], a[2], a[4]], [a[1], a[3], a[5]]);
      const zb = tf.complex([[b[0]], [b[2]]], [[b[1]], [b[3]]]);
      const naive = (f: (p: number, q: number, r: number, s: number) => number[]) =>
        [0, 1].flatMap((i) => [0, 1, 2].flatMap((j) => f(a[2 * j], a[2 * j + 1], b[2 * i], b[2 * i + 1])));
      expect([...tf.add(za, zb).dataSync()]).toEqual(naive((p, q, r, s) => [p + r, q + s]));
      expect([...tf.sub(za, zb).dataSync()]).toEqual(naive((p, q, r, s) => [p - r, q - s]));
      expect([...tf.mul(za, zb).dataSync()]).toEqual(naive((p, q, r, s) => [p * r - q * s, p * s + q * r]));
    });

    it("the size of a complex number neither overflows nor vanishes", () => {
      const [large, small] = dtype === "float64" ? [3e307, 3e-307] : [3e37, 3e-37];
      // tfjs itself would turn lists into float32.
      const z = tf.complex(tensor([3, large, small, 0]), tensor([-4, (4 / 3) * large, (4 / 3) * small, 0]));
      const y = tf.abs(z).dataSync();
      expect(y[0]).toBe(5);
      expect(y[1] / large).toBeCloseTo(5 / 3, 6);
      expect(y[2] / small).toBeCloseTo(5 / 3, 6);
      expect(y[3]).toBe(0);
    });

    it("moves complex numbers as it moves real ones", () => {
      const z = tf.reshape(tf.complex([1, 2, 3, 4, 5, 6], [-1, -2, -3, -4, -5, -6]), [2, 3]);
      expect([...tf.transpose(z).dataSync()]).toEqual([1, -1, 4, -4, 2, -2, 5, -5, 3, -3, 6, -6]);
      expect([...tf.slice(z, [1, 1], [1, 2]).dataSync()]).toEqual([5, -5, 6, -6]);
      expect([...tf.slice(tf.concat([z, z], 1), [0, 2], [1, 2]).dataSync()]).toEqual([3, -3, 1, -1]);
      expect([...tf.zerosLike(z).dataSync()]).toEqual(new Array(12).fill(0));
      expect([...tf.slice(tf.onesLike(z), [0, 0], [1, 2]).dataSync()]).toEqual([1, 0, 1, 0]);
    });

    it("frees a complex tensor with its parts, in whatever order what came of it goes", () => {
      const count = () => ({ ids: backend().numDataIds(), bytes: backend().memory().liveBytes });
      const before = count();
      const z = tf.complex(tf.tensor([1, 2]), tf.tensor([3, 4]));
      const turned = tf.reverse(z);
      const same = tf.reshape(z, [2, 1]);
      const [real, imag] = [tf.real(same), tf.imag(turned)];
      tf.dispose([z, turned]);
      expect([...same.dataSync()]).toEqual([1, 3, 2, 4]);
      same.dispose();
      expect([...real.dataSync(), ...imag.dataSync()]).toEqual([1, 2, 4, 3]);
      tf.dispose([real, imag]);
      // Two tensors were made beside it.
      expect(backend().numDataIds()).toBe(before.ids + 2);
      expect(backend().memory().liveBytes).toBeGreaterThan(before.bytes);
    });

    it("takes over tensors of every dtype from another backend", () => {
      const cases: [tf.BackendValues, tf.DataType][] = [
        [new Float32Array([1, 2, 3, 4]), "complex64"],
        [new Int32Array([5, -6]), "int32"],
        [["ä", "b"].map((text) => tf.util.encodeString(text)), "string"],
      ];
      for (const [values, kind] of cases) {
        const id = {};
        backend().move(id, values, [2], kind, 2);
        expect([...(backend().readSync(id) as ArrayLike<unknown> & Iterable<unknown>)]).toEqual([...values]);
        expect(backend().disposeData(id)).toBe(false);
        expect(backend().disposeData(id)).toBe(true);
      }
    });

    it("keeps, moves and compares text", () => {
      const words = tf.tensor2d(
        [
          ["b", "ä", "a"],
          ["b", "", "aa"],
        ],
        [2, 3],
        "string",
      );
      expect([...run("Transpose", { x: words }, { perm: [1, 0] }).dataSync()]).toEqual([
        "b",
        "b",
        "ä",
        "",
        "a",
        "aa",
      ]);
      expect([...run("Reverse", { x: words }, { dims: [1] }).dataSync()]).toEqual([
        "a",
        "ä",
        "b",
        "aa",
        "",
        "b",
      ]);
      const condition = tf.tensor1d([true, false, true], "bool");
      const [t, e] = tf.unstack(words);
      expect([...run("Select", { condition, t, e }).dataSync()]).toEqual(["b", "", "a"]);
      expect([...tf.equal(words, tf.tensor(["b", "a", "aa"])).dataSync()]).toEqual([1, 0, 0, 1, 0, 1]);
      expect([...run("Less", { a: words, b: tf.scalar("b") }).dataSync()]).toEqual([0, 0, 1, 0, 1, 1]);
      const { values, indices } = tf.unique(tf.tensor(["x", "y", "x"]));
      expect([...values.dataSync()]).toEqual(["x", "y"]);
      expect([...indices.dataSync()]).toEqual([0, 1, 0]);
      expect([...tf.fill([2], "z").dataSync()]).toEqual(["z", "z"]);
      expect(() => run("Exp", { x: words })).toThrow(/string/);
    });

    it("selects by a condition that broadcasts, from any dtype", () => {
      const condition = tf.tensor([true, false], [2, 1], "bool");
      const y = run("Select", { condition, t: int([1, 2, 3]), e: tf.scalar(9, "int32") });
      expect(y.shape).toEqual([2, 3]);
      expect([...y.dataSync()]).toEqual([1, 2, 3, 9, 9, 9]);
    });

    it("gives tfjs's own readers its values in full", () => {
      const x = tf.div(tf.tensor([1, 2], [2, 1]), 3);
      const exact = dtype === "float64" ? (v: number) => v : Math.fround;
      expect(x.arraySync()).toEqual([[exact(1 / 3)], [exact(2 / 3)]]);
      expect(tf.util.isTypedArray(x.dataSync())).toBe(true);
      expect(x.bufferSync().get(1, 0)).toBe(exact(2 / 3));
      expect([...tf.tensor(new Float64Array([1, 2])).dataSync()]).toEqual([1, 2]);
    });

    it("says which shapes do not go together", () => {
      expect(() => run("Add", { a: int([1, 2]), b: int([1, 2, 3]) })).toThrow(/\[2\] and \[3\]/);
    });
  });
}
