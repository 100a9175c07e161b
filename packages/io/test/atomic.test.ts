import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readTorch, type TorchTensor, torchPieces, writeFileAtomically } from "@plenoptic/io";
import { bytesOfFile, testFolder } from "@plenoptic/testing";
import { afterAll, describe, expect, it } from "vitest";

const folder = testFolder();
afterAll(folder.remove);
const isBuilt = existsSync(fileURLToPath(new URL("../dist/index.js", import.meta.url)));

/** Lets a process save over and over, and kills it some time after its first save. */
function saveAndKill(path: string, delayMs: number): Promise<void> {
  const script = fileURLToPath(new URL("./save-forever.mjs", import.meta.url));
  return new Promise((done) => {
    const child = spawn(process.execPath, [script, path], { stdio: ["ignore", "pipe", "inherit"] });
    child.stdout.once("data", () => setTimeout(() => child.kill("SIGKILL"), delayMs));
    child.on("close", () => done());
  });
}

describe("writing a file", () => {
  it.skipIf(!isBuilt || process.platform === "win32")(
    "kill -9 at 200 moments: the file is always whole (needs a build)",
    async () => {
      const seen = new Set<number>();
      for (let i = 0; i < 200; i += 4) {
        await Promise.all(
          [0, 1, 2, 3].map(async (j) => {
            const path = join(folder.path, `killed-${j}.pt`);
            await saveAndKill(path, ((i + j) * 7.3) % 40);
            const [{ shape, values }] = readTorch(bytesOfFile(path)) as TorchTensor[];
            const kind = shape[0] / 50_000;
            expect((values as Float32Array).every((x) => x === kind)).toBe(true);
            seen.add(kind);
          }),
        );
      }
      expect([...seen].sort()).toEqual([1, 2]);
    },
    180_000,
  );

  it("that fails leaves the old one, and no rest", async () => {
    const path = join(folder.path, "old.pt");
    await writeFileAtomically(path, torchPieces([1]));
    const broken = [new Uint8Array(3), null as unknown as Uint8Array];
    await expect(writeFileAtomically(path, broken)).rejects.toThrow(/old\.pt cannot be written/);
    expect(readTorch(bytesOfFile(path))).toEqual([1]);
    expect(readdirSync(folder.path).filter((name) => name.startsWith("old.pt"))).toEqual(["old.pt"]);
  });
});
