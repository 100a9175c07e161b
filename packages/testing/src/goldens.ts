import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type GoldenArray, parseSafetensors } from "./safetensors.js";

/** The root of the repository: the nearest folder above this file that holds the workspace file. */
function repositoryRoot(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    if (existsSync(join(folder, "pnpm-workspace.yaml"))) return folder;
    if (folder === dirname(folder)) throw new Error("No pnpm-workspace.yaml above this file.");
  }
}

/** The folder with goldens and pictures: `PLENOPTIC_SHARED`, or `shared` beside the repository. */
export function sharedDir(): string {
  return process.env.PLENOPTIC_SHARED ?? resolve(repositoryRoot(), "..", "shared");
}

/** The folder with the reference's pictures; may be absent, see {@link hasSharedData}. */
export function sharedDataDir(): string {
  return join(sharedDir(), "data");
}

/** Whether the reference's pictures are there. */
export function hasSharedData(): boolean {
  return existsSync(sharedDataDir());
}

function goldensDir(): string {
  return join(sharedDir(), "goldens");
}

/** Whether the goldens are there. Without them, the tests that need them skip themselves by name. */
export function hasGoldens(): boolean {
  return existsSync(goldensDir());
}

/** To be put into the titles of blocks that `hasGoldens()` may skip. */
export const skipReason = "needs ../shared/goldens";

/**
 * What one golden file holds: arrays by name, and in `case` how they were made (free-form JSON, different for each
 * golden: the type parameter says what the test expects of it).
 */
export class Golden<Case = Record<string, unknown>> extends Map<string, GoldenArray> {
  readonly name: string;
  readonly case: Case;

  constructor(name: string, arrays: Iterable<[string, GoldenArray]>, description: Case) {
    super(arrays);
    this.name = name;
    this.case = description;
  }

  /** The array of that name; an error that lists the names when there is none. */
  array(name: string): GoldenArray {
    const found = this.get(name);
    if (!found) throw new Error(`Golden ${this.name} has no "${name}", only ${[...this.keys()].join(", ")}.`);
    return found;
  }
}

/**
 * Reads `goldens/<name>.safetensors`. Where there are no goldens at all it returns an empty one, because the body of
 * a skipped `describe` still runs:
 * `describe.skipIf(!hasGoldens())("… (needs ../shared/goldens)", () => { const golden = goldenOrSkip("losses"); … })`.
 */
export function goldenOrSkip<Case = Record<string, unknown>>(name: string): Golden<Case> {
  if (!hasGoldens()) return new Golden(name, [], {} as Case);
  const { arrays, metadata } = parseSafetensors(readFileSync(join(goldensDir(), `${name}.safetensors`)));
  return new Golden(name, arrays, JSON.parse(metadata.case ?? "{}") as Case);
}

/** Names of the goldens there are, less the extension; none where the folder is absent. */
export function goldenNames(prefix = ""): string[] {
  const index = join(goldensDir(), "index.json");
  if (!existsSync(index)) return [];
  const entries = JSON.parse(readFileSync(index, "utf8")) as { file: string }[];
  return entries
    .map(({ file }) => file)
    .filter((file) => file.endsWith(".safetensors") && file.startsWith(prefix))
    .map((file) => file.slice(0, -".safetensors".length));
}
