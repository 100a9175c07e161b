import { readFileSync } from "node:fs";
import { join } from "node:path";
import { FormatError, readSafetensors, TorchTensor, writeSafetensors } from "@plenoptic/io";
import { goldenNames, hasGoldens, parseSafetensors, sharedDir, skipReason } from "@plenoptic/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

/** A file with any header. */
function fileOf(header: unknown, data = new Uint8Array(8)): Uint8Array {
  const json = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const length = new Uint8Array(new BigUint64Array([BigInt(json.length)]).buffer);
  return new Uint8Array(Buffer.concat([length, json, data]));
}

describe(".safetensors", () => {
  it("what is written is read", () => {
    const values = fc.float32Array({ maxLength: 20 });
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), values),
        fc.dictionary(fc.string(), fc.string()),
        (arrays, texts) => {
          const tensors = new Map(
            Object.entries(arrays).map(([name, x]) => [name, new TorchTensor("float32", [x.length], x)]),
          );
          tensors.delete("__metadata__");
          const metadata = new Map(Object.entries(texts));
          const found = readSafetensors(writeSafetensors(tensors, metadata));
          expect(found.metadata).toEqual(metadata);
          expect([...found.tensors.keys()].sort()).toEqual([...tensors.keys()].sort());
          for (const [name, { values: x }] of found.tensors) expect(x).toEqual(tensors.get(name)?.values);
        },
      ),
    );
  });

  it.skipIf(!hasGoldens())(`the files of the reference's own library (${skipReason})`, () => {
    for (const name of goldenNames().slice(0, 20)) {
      const bytes = new Uint8Array(readFileSync(join(sharedDir(), "goldens", `${name}.safetensors`)));
      const { tensors } = readSafetensors(bytes);
      const expected = parseSafetensors(bytes);
      expect(tensors.size).toBeGreaterThan(0);
      for (const [key, { shape, values }] of tensors) {
        const array = expected.arrays.get(key);
        expect([shape, values.length]).toEqual([array?.shape, array?.values.length]);
        expect(Number(values[0])).toEqual(Number(array?.values[0]));
      }
    }
  });

  it.each<[string, Uint8Array, RegExp]>([
    ["7 bytes", new Uint8Array(7), /shorter than 8/],
    ["a header longer than the file", fileOf({}).slice(0, 9), /truncated/],
    ["a header of 2⁶³ bytes", new Uint8Array(16).fill(255), /truncated|no \.safetensors/],
    ["a header that is no JSON", fileOf("{"), /no JSON/],
    ["a header that is a list", fileOf("[]"), /no record/],
    ["an unknown kind of number", fileOf({ x: { dtype: "F8", shape: [8], data_offsets: [0, 8] } }), /"F8"/],
    ["a shape that is none", fileOf({ x: { dtype: "U8", shape: [-8], data_offsets: [0, 8] } }), /no shape/],
    [
      "a size that does not fit",
      fileOf({ x: { dtype: "F32", shape: [3], data_offsets: [0, 8] } }),
      /8 bytes/,
    ],
    ["a gap", fileOf({ x: { dtype: "U8", shape: [4], data_offsets: [4, 8] } }), /gap/],
    [
      "an overlap",
      fileOf({
        x: { dtype: "U8", shape: [6], data_offsets: [0, 6] },
        y: { dtype: "U8", shape: [4], data_offsets: [4, 8] },
      }),
      /overlaps/,
    ],
    ["missing bytes", fileOf({ x: { dtype: "U8", shape: [9], data_offsets: [0, 9] } }), /bytes long/],
    ["bytes left over", fileOf({ x: { dtype: "U8", shape: [7], data_offsets: [0, 7] } }), /bytes long/],
    ["metadata that is no text", fileOf({ __metadata__: { a: 1 } }, new Uint8Array(0)), /no text/],
  ])("%s is refused", (_, bytes, message) => {
    expect(() => readSafetensors(bytes)).toThrow(FormatError);
    expect(() => readSafetensors(bytes)).toThrow(message);
  });

  it("a tensor called __proto__ is a tensor like others", () => {
    const x = new TorchTensor("uint8", [1], Uint8Array.of(7));
    const { tensors } = readSafetensors(writeSafetensors(new Map([["__proto__", x]])));
    expect(tensors.get("__proto__")?.values[0]).toBe(7);
  });

  it("complex128 is refused by name", () => {
    const x = new TorchTensor("complex128", [1], Float64Array.of(1, 2));
    expect(() => writeSafetensors(new Map([["x", x]]))).toThrow(/complex128/);
  });
});
