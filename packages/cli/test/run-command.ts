import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { main } from "@plenoptic/cli";
import { afterAll } from "vitest";

/** What a command printed, and how it ended. */
export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** An empty folder that goes when the tests of the file are through. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "plenoptic-cli-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs the command in this process, from the sources. */
export async function runHere(
  args: readonly string[],
  { cwd, signal = new AbortController().signal, columns, onError }: RunOptions,
): Promise<Ran> {
  const written = { stdout: "", stderr: "" };
  const stream = (name: keyof typeof written) => ({
    columns,
    write(text: string) {
      written[name] += text;
      if (name === "stderr") onError?.(text);
    },
  });
  const code = await main(args, { cwd, signal, stdout: stream("stdout"), stderr: stream("stderr") });
  return { code, ...written };
}

interface RunOptions {
  readonly cwd: string;
  readonly signal?: AbortSignal;
  readonly columns?: number;
  /** Hears what goes to stderr. */
  readonly onError?: (text: string) => unknown;
}

export const command = fileURLToPath(new URL("../bin/plenoptic.js", import.meta.url));

/** Why the command cannot be run as users run it, if so. */
export const unbuilt = existsSync(fileURLToPath(new URL("../dist/bin.js", import.meta.url)))
  ? undefined
  : "not built";

/** Runs the built command in a process of its own. `watch` sees what it prints as it comes. */
export function runProcess(
  args: readonly string[],
  { cwd, watch }: { cwd: string; watch?: (stderr: string, kill: (signal: NodeJS.Signals) => void) => void },
): Promise<Ran> {
  return new Promise((done) => {
    const child = spawn(process.execPath, [command, ...args], { cwd });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (chunk) => {
      stdout += chunk;
    });
    child.stderr.on("data", (chunk) => {
      stderr += chunk;
      watch?.(stderr, (signal) => child.kill(signal));
    });
    child.on("close", (code) => done({ code, stdout, stderr }));
  });
}
