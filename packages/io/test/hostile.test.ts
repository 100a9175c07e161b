import {
  FormatError,
  readSafetensors,
  readTorch,
  TorchTensor,
  type TorchValue,
  writeSafetensors,
  writeTorch,
} from "@plenoptic/io";
import { describe, expect, it } from "vitest";
import { crc32, crc32InJavaScript } from "../src/crc32.js";
import { PickleWriter } from "../src/pickle-write.js";
import { readZip, writeZip } from "../src/zip.js";

const joined = (pieces: Uint8Array[]) => new Uint8Array(Buffer.concat(pieces));
const ascii = (text: string) => new TextEncoder().encode(text);

/** A file with a pickle of one's own. */
function fileOf(pickle: Uint8Array): Uint8Array {
  const storage = new Uint8Array(16);
  return joined(
    writeZip(
      new Map([
        ["a/data.pkl", pickle],
        ["a/byteorder", ascii("little")],
        ["a/data/0", storage],
      ]),
    ),
  );
}

function pickled(build: (pickle: PickleWriter) => void): Uint8Array {
  const pickle = new PickleWriter();
  build(pickle);
  return fileOf(pickle.finish());
}

/** A tensor of any offset, size and stride on a storage of four floats. */
function tensorFile(offset: number, size: number[], stride: number[]): Uint8Array {
  return pickled((pickle) => {
    pickle.global("torch._utils", "_rebuild_tensor_v2");
    pickle.op("(");
    pickle.op("(");
    pickle.text("storage");
    pickle.global("torch", "FloatStorage");
    pickle.text("0");
    pickle.text("cpu");
    pickle.int(4);
    pickle.op("t");
    pickle.op("Q");
    pickle.int(offset);
    for (const list of [size, stride]) {
      pickle.op("(");
      for (const n of list) pickle.int(n);
      pickle.op("t");
    }
    pickle.op(0x89);
    pickle.op("N");
    pickle.op("t");
    pickle.op("R");
  });
}

describe("nothing in a file is executed", () => {
  it.each([
    ["os", "system"],
    ["posix", "system"],
    ["builtins", "eval"],
    ["__builtin__", "exec"],
    ["builtins", "getattr"],
    ["subprocess", "Popen"],
    ["torch", "load"],
    ["torch.hub", "load"],
    ["collections", "__proto__"],
    ["__proto__", "constructor"],
    ["torch", "constructor"],
  ])("%s.%s is refused by name", (module, name) => {
    const bytes = pickled((pickle) => {
      pickle.global(module, name);
      pickle.op("(");
      pickle.text("touch owned");
      pickle.op("t");
      pickle.op("R");
    });
    expect(() => readTorch(bytes)).toThrow(FormatError);
    expect(() => readTorch(bytes)).toThrow(`"${module}.${name}"`);
  });

  it.each(["i", "o", "P", "I", "S", "F", "L", "V", "p", "g", 0x81, 0x92, 0x82, 0x83, 0x84, 0x96, 0x97, 0xff])(
    "the opcode %s is refused by name",
    (opcode) => {
      const bytes = pickled((pickle) => {
        pickle.op("N");
        pickle.op(opcode);
      });
      const shown = typeof opcode === "string" ? `"${opcode}"` : `0x${opcode.toString(16)}`;
      expect(() => readTorch(bytes)).toThrow(`the opcode ${shown} at byte 1`);
    },
  );
});

describe("hostile files", () => {
  const many = Array<number>(40).fill(2 ** 30);
  it.each<[string, Uint8Array, RegExp]>([
    ["a tensor that begins before its storage", tensorFile(-1, [2], [1]), /no storage, or no place/],
    ["a tensor that ends behind its storage", tensorFile(2, [3], [1]), /outside its storage of 4/],
    ["a stride that leaves the storage", tensorFile(0, [2, 2], [100, 1]), /outside its storage/],
    ["a negative stride", tensorFile(3, [2], [-1]), /stride/],
    ["a size beyond all memory", tensorFile(0, [2 ** 30, 2 ** 30], [0, 0]), /maxCopiedBytes/],
    ["a size whose product is no number", tensorFile(0, many, Array(40).fill(0)), /maxCopiedBytes/],
    ["sizes and strides of different length", tensorFile(0, [1, 2], [1]), /differ in length/],
    ["a text longer than the file", fileOf(Uint8Array.of(0x58, 255, 255, 255, 127)), /truncated/],
    ["an integer of 2 GB", fileOf(Uint8Array.of(0x8b, 255, 255, 255, 127)), /truncated/],
    ["a take from an empty stack", fileOf(ascii("a.")), /empty stack/],
    ["a mark for a value", fileOf(ascii("(0.")), /mark/],
    ["no mark", fileOf(ascii("t.")), /mark/],
    ["an entry that was not stored", fileOf(Uint8Array.of(0x68, 9, 0x2e)), /entry 9/],
    ["a call of what is no function", fileOf(ascii("N)R.")), /no function/],
    ["no end", fileOf(ascii("N")), /STOP/],
    ["a function as the whole", pickled((p) => p.global("collections", "OrderedDict")), /no value/],
    ["text that is no UTF-8", fileOf(Uint8Array.of(0x8c, 1, 0xff, 0x2e)), /UTF-8/],
  ])("%s", (_, bytes, message) => {
    expect(() => readTorch(bytes)).toThrow(FormatError);
    expect(() => readTorch(bytes)).toThrow(message);
  });

  it("lists that contain themselves, and nesting of any depth, are read without recursion", () => {
    const cyclic = readTorch(fileOf(Uint8Array.of(0x5d, 0x71, 0, 0x68, 0, 0x61, 0x2e))) as TorchValue[];
    expect(cyclic[0]).toBe(cyclic);
    const deep = new Uint8Array(1_000_001).fill(0x85);
    deep[0] = 0x4e;
    deep[1_000_000] = 0x2e;
    expect(Object.keys(readTorch(fileOf(deep)) as object)).toContain("items");
  });

  it("references ten times over, ten levels deep, take no more memory than one", () => {
    const pickle: number[] = [0x5d, 0x71, 0];
    for (let level = 1; level <= 10; level++) {
      pickle.push(
        0x5d,
        0x28,
        ...Array(10)
          .fill([0x68, level - 1])
          .flat(),
        0x65,
        0x71,
        level,
      );
    }
    expect(readTorch(fileOf(Uint8Array.from([...pickle, 0x2e]))) as TorchValue[]).toHaveLength(10);
  });

  it("the limit on copies is the caller's to choose", () => {
    const bytes = tensorFile(0, [1000, 4], [0, 1]);
    expect((readTorch(bytes) as TorchTensor).values.length).toBe(4000);
    expect(() => readTorch(bytes, { maxCopiedBytes: 1000 })).toThrow(/more than 1000 bytes/);
  });
});

describe("zip files", () => {
  const x = new TorchTensor("float32", [4], Float32Array.of(1, 2, 3, 4));
  const good = writeTorch(new Map<TorchValue, TorchValue>([["x", x]]));
  const signature = Buffer.from([0x50, 0x4b, 1, 2]);
  const first = Buffer.from(good).indexOf(signature);
  const second = Buffer.from(good).indexOf(signature, first + 1);
  const changed = (at: number, ...bytes: number[]) => {
    const copy = good.slice();
    copy.set(bytes, at);
    return copy;
  };
  const overlapping = () => {
    const copy = good.slice();
    const view = new DataView(copy.buffer);
    for (const field of [16, 20, 24, 42])
      view.setUint32(second + field, view.getUint32(first + field, true), true);
    return copy;
  };

  it.each<[string, Uint8Array, RegExp]>([
    ["an empty file", new Uint8Array(0), /empty/],
    ["a text", ascii("I am no zip file"), /no zip file/],
    ["one cut off", good.slice(0, good.length - 30), /truncated/],
    ["a zip without data.pkl", joined(writeZip(new Map([["x", ascii("x")]]))), /no data\.pkl/],
    ["a compressed entry", changed(first + 10, 8), /compressed/],
    ["an entry that would blow up", changed(first + 24, 255, 255, 255, 127), /compressed/],
    ["a wrong checksum", changed(first + 16, 1, 2, 3, 4), /checksum/],
    ["an entry elsewhere", changed(first + 42, 7), /not where it should be/],
    ["a byte of a tensor", changed(Buffer.from(good).indexOf(Buffer.from([0, 0, 128, 63])), 1), /checksum/],
    ["entries that overlap", overlapping(), /overlaps/],
    ["more entries than fit", changed(good.length - 12, 96, 234), /directory/],
  ])("%s", (_, bytes, message) => {
    expect(() => readTorch(bytes)).toThrow(FormatError);
    expect(() => readTorch(bytes)).toThrow(message);
  });

  it("checksums are the same with and without Node's own", () => {
    for (const length of [0, 1, 15, 16, 17, 1000, 65_537]) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * 2654435761) >>> 13);
      expect(crc32InJavaScript(bytes)).toBe(crc32(bytes));
    }
    expect(crc32InJavaScript(ascii("123456789"))).toBe(0xcbf43926);
  });

  it("entries are views, not copies", () => {
    for (const data of readZip(good).values()) expect(data.buffer).toBe(good.buffer);
  });
});

/** 32-bit numbers (Marsaglia's xorshift) from a seed, so that a failing file can be made again. */
function numbersFrom(seed: number): () => number {
  let x = seed;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return x >>> 0;
  };
}

/** Cuts a file off, or repeats or drops a part, or changes some bytes. */
function mutate(bytes: Uint8Array, next: () => number): Uint8Array {
  const kind = next() % 5;
  if (kind === 0) return bytes.slice(0, next() % bytes.length);
  const spliced = () =>
    joined([bytes.subarray(0, next() % bytes.length), bytes.subarray(next() % bytes.length)]);
  const copy = kind === 1 ? spliced() : bytes.slice();
  for (let i = next() % 6; i >= 0 && copy.length > 0; i--) {
    copy[next() % copy.length] = kind === 2 ? [0, 255, 127, 128, 1][next() % 5] : next() % 256;
  }
  return copy;
}

describe("100,000 broken files", () => {
  const tensors = [
    new TorchTensor("float32", [2, 3], Float32Array.of(1, 2, 3, 4, 5, 6)),
    new TorchTensor("float16", [2], Float32Array.of(1, 2)),
    new TorchTensor("uint32", [2], Uint32Array.of(1, 2)),
  ];
  const torch = writeTorch(
    new Map<TorchValue, TorchValue>([
      ["tensors", tensors],
      ["list", [1, 2.5, "three", null, true, new Map([[1, new Map()]])]],
      ["numbers", Float64Array.of(1, 2, 3)],
    ]),
  );
  const entries = readZip(torch);
  const pickle = entries.get("archive/data.pkl") as Uint8Array;
  const safetensors = writeSafetensors(new Map(tensors.map((t, i) => [`t${i}`, t])));

  // A pickle in a zip with good checksums gets further into the reader.
  it.each<[string, number, (next: () => number) => Uint8Array, (bytes: Uint8Array) => unknown]>([
    ["the file", 30_000, (next) => mutate(torch, next), readTorch],
    [
      "the pickle in it",
      60_000,
      (next) => joined(writeZip(new Map([...entries, ["archive/data.pkl", mutate(pickle, next)]]))),
      readTorch,
    ],
    [".safetensors", 10_000, (next) => mutate(safetensors, next), readSafetensors],
  ])("%s, %i times: a value or a FormatError, each within 1 s, all within 256 MB", (_, count, make, read) => {
    const next = numbersFrom(2026);
    let values = 0;
    let slowest = 0;
    const before = process.memoryUsage().rss;
    for (let i = 0; i < count; i++) {
      const bytes = make(next);
      const start = performance.now();
      try {
        read(bytes);
        values++;
      } catch (error) {
        if (!(error instanceof FormatError)) throw new Error(`file ${i}: ${error}`, { cause: error });
      }
      slowest = Math.max(slowest, performance.now() - start);
    }
    expect(values).toBeLessThan(count);
    expect(slowest).toBeLessThan(1000);
    expect(process.memoryUsage().rss - before).toBeLessThan(256 * 2 ** 20);
  });
});
