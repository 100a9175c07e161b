import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const python = process.env.PLENOPTIC_PYTHON ?? "";

/** Whether the reference can be run: a Python with plenoptic, named by PLENOPTIC_PYTHON. */
export const hasReference = existsSync(python);
export const referenceIsNeeded = "(needs PLENOPTIC_PYTHON, a Python with plenoptic)";

/** Runs a script of `peer/` with requests, in a file that it gets as its argument; gives the JSON on its last line. */
export function askReference<Answer>(script: string, requests: unknown): Answer {
  const folder = mkdtempSync(join(tmpdir(), "plenoptic-peer-"));
  try {
    const file = join(folder, "requests.json");
    writeFileSync(file, JSON.stringify(requests));
    const path = fileURLToPath(new URL(`../../../peer/${script}`, import.meta.url));
    const printed = execFileSync(python, [path, file], { encoding: "utf8", maxBuffer: 2 ** 28 });
    return JSON.parse(printed.trim().split("\n").at(-1) ?? "");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A folder for a test's files, and what removes it. */
export function testFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), "plenoptic-test-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Bytes of a file. */
export const bytesOfFile = (path: string): Uint8Array => new Uint8Array(readFileSync(path));
