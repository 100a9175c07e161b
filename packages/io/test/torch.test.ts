import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  FormatError,
  PythonFloat,
  PythonTuple,
  readTorch,
  TorchDTypeName,
  TorchTensor,
  type TorchValue,
  writeTorch,
} from "@plenoptic/io";
import { askReference, bytesOfFile, hasReference, referenceIsNeeded, testFolder } from "@plenoptic/testing";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bytesOf, type DTypeInfo, dtypes, type TorchDType } from "../src/dtypes.js";
import { readZip, writeZip } from "../src/zip.js";

const infoOf = (dtype: TorchDType): DTypeInfo => dtypes[dtype];

/** Tensors of every kind of number, with any values that it can have. */
const anyTensor = fc
  .record({
    dtype: fc.constantFrom(...(Object.keys(dtypes) as TorchDType[])),
    shape: fc.array(fc.nat(4), { maxLength: 4 }),
    seed: fc.infiniteStream(fc.nat(255)),
  })
  .map(({ dtype, shape, seed }) => {
    const count = shape.reduce((size, n) => size * n, 1);
    const { Stored, widen } = infoOf(dtype);
    const bytes = Uint8Array.from({ length: count * bytesOf(dtype) }, () => seed.next().value as number);
    const stored = new Stored(bytes.buffer, 0, bytes.length / Stored.BYTES_PER_ELEMENT);
    return new TorchTensor(dtype, shape, widen ? Float32Array.from(stored as Uint16Array, widen) : stored);
  });

/** Plain values, nested. */
const anyValue: fc.Arbitrary<TorchValue> = fc.letrec<{ value: TorchValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.double(),
    fc.integer(),
    fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n - 1n }),
    fc.string({ unit: "grapheme" }),
    fc.uint8Array({ maxLength: 9 }),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.array(tie("value"), { maxLength: 4 }).map((items) => new PythonTuple(items)),
    fc.array(fc.tuple(fc.string(), tie("value")), { maxLength: 4 }).map((entries) => new Map(entries)),
  ),
})).value;

describe("what is written is read", () => {
  it("tensors of every kind, to the bit", () => {
    fc.assert(
      fc.property(fc.array(anyTensor, { maxLength: 3 }), (tensors) => {
        const found = readTorch(writeTorch(tensors)) as TorchTensor[];
        expect(found.length).toBe(tensors.length);
        found.forEach((tensor, i) => {
          expect([tensor.dtype, tensor.shape]).toEqual([tensors[i].dtype, tensors[i].shape]);
          // toEqual tells 0 from -0, and takes NaN for NaN.
          expect([...(tensor.values as Float32Array)]).toEqual([...(tensors[i].values as Float32Array)]);
        });
      }),
    );
  });

  it("plain values", () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        expect(readTorch(writeTorch(value))).toEqual(value);
      }),
    );
  });

  it("floats that are whole, lists of them, sizes, and kinds of numbers", () => {
    const value = new Map<TorchValue, TorchValue>([
      ["float", new PythonFloat(3)],
      ["list", Float64Array.of(1, 2.5, Number.NaN)],
      ["size", new PythonTuple([1, 2], true)],
      ["dtype", new TorchDTypeName("float16")],
      ["set", new Set([1, "two"])],
    ]);
    const found = readTorch(writeTorch(value)) as Map<string, TorchValue>;
    const lists = [3, [1, 2.5, Number.NaN], new PythonTuple([1, 2], true), new TorchDTypeName("float16")];
    expect([...found.values()]).toEqual([...lists, new Set([1, "two"])]);
  });

  it("names such as __proto__ are names", () => {
    const value = new Map<TorchValue, TorchValue>([
      ["__proto__", new Map([["polluted", 1]])],
      ["constructor", 2],
    ]);
    expect(readTorch(writeTorch(value))).toEqual(value);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it("one storage for one array", () => {
    const values = Float32Array.of(1, 2, 3, 4);
    const bytes = writeTorch([
      new TorchTensor("float32", [4], values),
      new TorchTensor("float32", [2, 2], values),
    ]);
    expect([...readZip(bytes).keys()].filter((name) => name.includes("/data/"))).toEqual(["archive/data/0"]);
    expect((readTorch(bytes) as TorchTensor[]).map(({ shape }) => shape)).toEqual([[4], [2, 2]]);
  });

  it("data lie at multiples of 64 bytes, and are looked at where they lie", () => {
    const bytes = writeTorch([1, 2, 3].map((n) => new TorchTensor("float64", [n], new Float64Array(n))));
    for (const tensor of readTorch(bytes) as TorchTensor[]) {
      expect(tensor.values.buffer).toBe(bytes.buffer);
      expect(tensor.values.byteOffset % 64).toBe(0);
    }
  });

  it.each([2, 4, 8])("big-endian files, of numbers of %i bytes; and files that do not say", (width) => {
    const values = {
      2: Int16Array.of(1, -2, 300),
      4: Float32Array.of(1, -2.5, 300),
      8: Float64Array.of(1, -2.5, 1e300),
    };
    const dtype = ({ 2: "int16", 4: "float32", 8: "float64" } as const)[width as 2 | 4 | 8];
    const tensor = new TorchTensor(dtype, [3], values[width as 2 | 4 | 8]);
    const entries = readZip(writeTorch([tensor]));
    const swapped = (entries.get("archive/data/0") as Uint8Array).slice();
    for (let i = 0; i < swapped.length; i += width) swapped.subarray(i, i + width).reverse();
    const big = new Map([...entries, ["archive/data/0", swapped] as const]);
    big.set("archive/byteorder", new TextEncoder().encode("big"));
    const read = (files: Map<string, Uint8Array>) =>
      readTorch(new Uint8Array(Buffer.concat(writeZip(files))));
    expect((read(big) as TorchTensor[])[0].values).toEqual(tensor.values);
    entries.delete("archive/byteorder");
    expect((read(entries) as TorchTensor[])[0].values).toEqual(tensor.values);
    big.set("archive/byteorder", new TextEncoder().encode("middle"));
    expect(() => read(big)).toThrow(/little- or big-endian/);
  });

  it.each<[string, TorchValue, RegExp]>([
    ["a function", (() => 1) as unknown as TorchValue, /\[object Function\]/],
    ["an integer of more than 64 bits", 2n ** 63n, /too large/],
    ["values that do not fit the shape", new TorchTensor("float32", [3], new Float32Array(2)), /2 values/],
  ])("%s is refused", (_, value, message) => {
    expect(() => writeTorch(value)).toThrow(FormatError);
    expect(() => writeTorch(value)).toThrow(message);
  });

  it("a list that contains itself is refused", () => {
    const list: TorchValue[] = [];
    list.push(list);
    expect(() => writeTorch(list)).toThrow(/contain itself/);
  });
});

interface Described {
  dtype: string;
  shape: number[];
  values: string[];
}

const python: Record<string, number> = {
  nan: Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  "-inf": Number.NEGATIVE_INFINITY,
};

function expectSame(found: TorchTensor, { dtype, shape, values }: Described, name: string): void {
  expect([found.dtype, found.shape], name).toEqual([dtype, shape]);
  const isBig = typeof found.values[0] === "bigint";
  const expected = values.map((text) => (isBig ? BigInt(text) : (python[text] ?? Number(text))));
  expect([...(found.values as Float32Array)], name).toEqual(expected);
}

describe.skipIf(!hasReference)(`torch's files ${referenceIsNeeded}`, () => {
  const folder = testFolder();
  afterAll(folder.remove);
  const ours = (Object.keys(dtypes) as TorchDType[]).filter((dtype) => dtype !== "complex32");
  let answer: { written: Record<string, Described>; read: Record<string, Described>[] };

  beforeAll(() => {
    const tensors = ours.map((dtype): [string, TorchTensor] => {
      const { Stored, widen, parts } = infoOf(dtype);
      const values = widen ? new Float32Array(6 * parts) : new Stored(6 * parts);
      for (let i = 1; i < values.length; i += 2)
        values[i] = (typeof values[0] === "bigint" ? 1n : 1) as number;
      return [dtype, new TorchTensor(dtype, [2, 3], values)];
    });
    const file = join(folder.path, "ours.pt");
    writeFileSync(file, writeTorch(new Map<TorchValue, TorchValue>(tensors)));
    answer = askReference("torch_files.py", { write: folder.path, read: [file] });
  });
  const read = (name: string) =>
    readTorch(bytesOfFile(join(folder.path, name))) as Map<TorchValue, TorchValue>;

  it.each(["tensors.pt", "protocol4.pt", "ordered.pt"])(
    "%s: every kind of number and every layout is read",
    (name) => {
      const found = read(name);
      expect([...found.keys()]).toEqual(Object.keys(answer.written));
      for (const [key, tensor] of found)
        expectSame(tensor as TorchTensor, answer.written[key as string], `${key}`);
    },
  );

  it("plain values are read", () => {
    const found = read("values.pt");
    const nested = new PythonTuple<TorchValue>([1, new PythonTuple([2]), new PythonTuple([])]);
    const expected: [TorchValue, TorchValue][] = [
      ["none", null],
      ["yes", true],
      ["int", -5],
      ["large", 2 ** 40],
      ["huge", 2n ** 70n],
      ["minus", -(2n ** 70n)],
      ["float", 0.1],
      ["inf", Number.POSITIVE_INFINITY],
      ["text", "naïve ☃ 🐈"],
      ["list", [1, [2.5, "x"], []]],
      ["tuple", nested],
      ["size", new PythonTuple([1, 2], true)],
      ["dtype", new TorchDTypeName("float16")],
      ["device", "cpu"],
      ["bytes", Uint8Array.of(0, 255)],
      [
        "counter",
        new Map([
          [3, 1],
          [9, 2],
        ]),
      ],
      [7, "seven"],
      ["dict", new Map([["a", new Map()]])],
    ];
    for (const [key, value] of expected) expect(found.get(key), String(key)).toEqual(value);
  });

  it("torch reads ours, with weights_only", () => {
    const [found] = answer.read;
    expect(Object.keys(found)).toEqual(ours);
    for (const [dtype, { shape, values }] of Object.entries(found)) {
      expect(shape).toEqual([2, 3]);
      expect(values.map(Number), dtype).toEqual(values.map((_, i) => i % 2));
    }
  });

  it("the format before 1.6 is refused by name", () => {
    expect(() => read("legacy.pt")).toThrow(/before 1\.6/);
  });
});
