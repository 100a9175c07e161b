import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { main } from "@plenoptic/cli";

/** Runs `plenoptic metamer` on a picture, and gives what it reports. */
export async function runCommand(
  picture: Uint8Array,
  options: readonly string[],
): Promise<{ sha256: string; iterations: number; losses: number[] }> {
  const folder = mkdtempSync(join(tmpdir(), "studio-command-"));
  try {
    writeFileSync(join(folder, "picture.png"), picture);
    const said: string[] = [];
    const stream = { write: (text: string) => said.push(text) };
    const io = { stdout: stream, stderr: stream, cwd: folder, signal: new AbortController().signal };
    const code = await main(["metamer", "picture.png", "--out", "out", ...options], io);
    if (code !== 0) throw new Error(`The command gave ${code}: ${said.join("")}`);
    return JSON.parse(readFileSync(join(folder, "out/progress.json"), "utf8"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
