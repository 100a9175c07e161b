/**
 * Every ts block of the README files, of docs/, of the examples and of the doc comments runs here, as a module of its own. A block whose
 * fence says `ts no-run` is left out; there is none that could run but does not. One that uses a backend which is not here is
 * skipped, and says what it needs.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import "@plenoptic/backend-node";
import "@plenoptic/backend-webgpu";
import { setWarningHandler, useBackend } from "plenoptic";
import { afterAll, beforeEach, describe, expect, it, vi } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const generated = fileURLToPath(new URL("./generated/", import.meta.url));

function filesIn(folder: string, ending: RegExp): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (/^(node_modules|dist|generated|api|fixtures)$/.test(name)) return [];
    return statSync(path).isDirectory() ? filesIn(path, ending) : ending.test(name) ? [path] : [];
  });
}

/** Blocks between ```ts fences; in doc comments the leading stars go. */
function blocksOf(path: string): string[] {
  let text = readFileSync(path, "utf8");
  if (path.endsWith(".ts")) {
    const examples = [...text.matchAll(/\/\*\*[\s\S]*?\*\//g)].map(([comment]) =>
      comment.replace(/^\s*\* ?/gm, ""),
    );
    text = examples.join("\n");
  }
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, code]) => code);
}

/** Why a backend cannot be used here; undefined where it can. */
async function problemWith(device: string): Promise<string | undefined> {
  try {
    await useBackend(device);
    await useBackend("cpu");
    return undefined;
  } catch (error) {
    return (error as Error).message.split(/(?<=\.)\s/)[0];
  }
}

const problems: Record<string, string | undefined> = {
  node: await problemWith("node"),
  webgpu: await problemWith("webgpu"),
};

/** What keeps a block from running. */
function problemOf(code: string): string | undefined {
  const devices = [...code.matchAll(/(?:useBackend\(|device: )"(node|webgpu)"/g)].map(
    ([, name]) => problems[name],
  );
  return devices.find((problem) => problem !== undefined);
}

const sources = [
  join(root, "README.md"),
  ...filesIn(join(root, "docs"), /\.md$/),
  ...filesIn(join(root, "examples"), /^README\.md$/),
  ...filesIn(join(root, "packages"), /^README\.md$|\.ts$/).filter((path) =>
    /README\.md$|[\\/]src[\\/]/.test(path),
  ),
];

describe("examples", () => {
  rmSync(generated, { recursive: true, force: true });
  mkdirSync(generated, { recursive: true });
  afterAll(() => rmSync(generated, { recursive: true, force: true }));

  beforeEach(async () => {
    await useBackend("cpu");
    vi.spyOn(console, "log").mockImplementation(() => {});
    setWarningHandler(() => {});
  });

  const cases = sources.flatMap((path) =>
    blocksOf(path).map((code, i) => ({ name: `${relative(root, path)} ${i + 1}`, code })),
  );

  it("are found", () => expect(cases.length).toBeGreaterThan(40));

  for (const { name, code } of cases) {
    const problem = problemOf(code);
    it.skipIf(problem)(problem ? `${name} (${problem})` : name, async () => {
      const file = join(generated, `${name.replace(/[^\w]+/g, "-")}.ts`);
      writeFileSync(file, code);
      await import(/* @vite-ignore */ file);
    });
  }
});
