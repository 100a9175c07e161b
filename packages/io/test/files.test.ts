import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  FormatError,
  readTorch,
  readTorchFile,
  TorchTensor,
  writeTorch,
  writeTorchFile,
} from "@plenoptic/io";
import { bytesOfFile, testFolder } from "@plenoptic/testing";
import { afterAll, describe, expect, it } from "vitest";

const folder = testFolder();
afterAll(folder.remove);
const file = (name: string) => join(folder.path, name);

/** Tensors of so many megabytes in all. */
const tensors = (megabytes: number, count: number) =>
  Array.from({ length: count }, (_, k) => {
    const values = Float32Array.from({ length: (megabytes * 2 ** 18) / count }, (_, i) => i ^ k);
    return new TorchTensor("float32", [values.length], values);
  });

describe("files are written and read in batches", () => {
  it.each([
    ["small", 0.01, 1],
    ["of one tensor larger than a batch", 10, 1],
    ["of many tensors", 20, 50],
    ["with a directory longer than its tail that is read first", 1, 16_000],
  ])("%s", async (name, megabytes, count) => {
    const value = tensors(megabytes, count);
    const path = file(`${name}.pt`);
    await writeTorchFile(path, value);
    expect(Buffer.from(writeTorch(value)).equals(bytesOfFile(path))).toBe(true);
    const found = (await readTorchFile(path)) as TorchTensor[];
    expect(found.length).toBe(count);
    expect(
      found.every(({ values }, i) => Buffer.compare(asBuffer(values), asBuffer(value[i].values)) === 0),
    ).toBe(true);
  });

  it("a file that is cut off, or has a wrong byte anywhere, is refused", async () => {
    const path = file("large.pt");
    await writeTorchFile(path, tensors(12, 3));
    const good = bytesOfFile(path);
    for (const at of [200, 3_000_000, 9_000_001, 12_000_000]) {
      const bytes = good.slice();
      bytes[at] ^= 1;
      writeFileSync(path, bytes);
      await expect(readTorchFile(path), `byte ${at}`).rejects.toThrow(FormatError);
      expect(() => readTorch(bytes)).toThrow(FormatError);
    }
    writeFileSync(path, good);
    for (const length of [good.length - 1, 6_000_000, 100, 0]) {
      truncateSync(path, length);
      await expect(readTorchFile(path), `${length} bytes`).rejects.toThrow(FormatError);
    }
  });

  it("a file that is not there, and one that is a folder", async () => {
    await expect(readTorchFile(file("nowhere.pt"))).rejects.toThrow(/nowhere\.pt cannot be read/);
    await expect(readTorchFile(folder.path)).rejects.toThrow(FormatError);
  });
});

const asBuffer = ({ buffer, byteOffset, byteLength }: TorchTensor["values"]) =>
  Buffer.from(buffer, byteOffset, byteLength);
