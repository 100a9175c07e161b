import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { locatePackages } from "../src/locate.js";

/** The real package that the tests run on; undefined when there is none. */
export const realPackage = (() => {
  try {
    return locatePackages()[0];
  } catch {
    return undefined;
  }
})();

/** For the titles of what is skipped without it. */
export const needed = realPackage ? "" : " (needs tfjs-node, or PLENOPTIC_TFJS_NODE)";

const packagesFolder = new URL("../../", import.meta.url).pathname;
const alias = Object.fromEntries(
  readdirSync(packagesFolder).map((name) => [`@plenoptic/${name}`, `${packagesFolder}${name}/src/index.ts`]),
);

/** A folder away from this repository, where programs made of the sources run. */
export function makeSandbox() {
  const folder = mkdtempSync(join(tmpdir(), "plenoptic-node-"));
  return {
    folder,
    /** Bundles a program, which may import the packages of this repository, into `name`.mjs. */
    async addProgram(name: string, source: string): Promise<void> {
      await build({
        stdin: { contents: source, resolveDir: import.meta.dirname, loader: "ts" },
        outfile: join(folder, `${name}.mjs`),
        alias,
        bundle: true,
        platform: "node",
        format: "esm",
        target: "node20",
        mainFields: ["module", "main"],
        banner: {
          js: 'import { createRequire as _createRequire } from "node:module"; const require = _createRequire(import.meta.url);',
        },
        logLevel: "error",
      });
    },
    /** Makes a package that is no more than a name, a version and some files. */
    addPackage(name: string, version: string, files: Record<string, string> = {}): string {
      const at = join(folder, "node_modules", name);
      mkdirSync(at, { recursive: true });
      writeFileSync(join(at, "package.json"), JSON.stringify({ name, version }));
      for (const [file, text] of Object.entries(files)) {
        mkdirSync(join(at, file, ".."), { recursive: true });
        writeFileSync(join(at, file), text);
      }
      return at;
    },
    /** Runs a program there; the variable that names a package is set as given, or not at all. */
    run(name: string, tfjsNode?: string, node = process.execPath) {
      const env = { ...process.env, PLENOPTIC_TFJS_NODE: tfjsNode };
      if (tfjsNode === undefined) delete env.PLENOPTIC_TFJS_NODE;
      const { status, stdout, stderr } = spawnSync(node, [join(folder, `${name}.mjs`)], {
        cwd: folder,
        env,
        encoding: "utf8",
      });
      return { status, stdout: stdout.trim(), stderr: stderr.trim() };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
