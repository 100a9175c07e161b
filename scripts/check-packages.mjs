// Packs every public package, lints the tarballs, and installs each alone into an empty project that imports it.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { pnpm } from "./lib/pnpm.mjs";
import { root, run } from "./lib/run.mjs";

const bin = (name) => join(root, "node_modules", ".bin", name);

function publicPackages() {
  return readdirSync(join(root, "packages"))
    .map((folder) => ({
      folder: join(root, "packages", folder),
      manifest: JSON.parse(readFileSync(join(root, "packages", folder, "package.json"), "utf8")),
    }))
    .filter(({ manifest }) => !manifest.private);
}

/** Tarballs of a package and of all its siblings that it needs, directly or not. */
function needed(name, packed, found = new Set()) {
  if (found.has(name)) return found;
  found.add(name);
  for (const dependency of Object.keys(packed.get(name).manifest.dependencies ?? {})) {
    if (packed.has(dependency)) needed(dependency, packed, found);
  }
  return found;
}

async function pack(packages, into) {
  const packed = new Map();
  for (const { folder, manifest } of packages) {
    const { code, output } = await pnpm(["pack", "--pack-destination", into], { cwd: folder });
    if (code !== 0) throw new Error(output);
    const file = `${manifest.name.replace("@", "").replace("/", "-")}-${manifest.version}.tgz`;
    packed.set(manifest.name, { tarball: join(into, file), manifest, folder });
  }
  return packed;
}

/** Installs one package from its tarball; its siblings come from theirs, everything else from the registry. */
async function installAlone(name, packed, folder) {
  mkdirSync(folder, { recursive: true });
  const tarball = (sibling) => `file:${packed.get(sibling).tarball}`;
  const siblings = [...needed(name, packed)];
  const overrides = Object.fromEntries(siblings.filter((s) => s !== name).map((s) => [s, tarball(s)]));
  const manifest = {
    name: "alone",
    private: true,
    type: "module",
    dependencies: { [name]: tarball(name) },
    overrides,
  };
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
  return run("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"], {
    cwd: folder,
  });
}

/**
 * What a package can be imported by: the paths that have types (one without is a program), less what is for users of an
 * optional peer, which is named like it.
 */
function entryPoints({ name, exports, publishConfig, peerDependenciesMeta }) {
  const optional = Object.keys(peerDependenciesMeta ?? {}).map((peer) => `./${peer}`);
  return Object.entries(publishConfig?.exports ?? exports)
    .filter(([path, { types }]) => types && !optional.includes(path))
    .map(([path]) => name + path.slice(1));
}

async function importAndTypeCheck(manifest, folder) {
  const consumer = entryPoints(manifest)
    .map(
      (entry, i) =>
        `import * as loaded${i} from "${entry}";\nconst names${i}: string[] = Object.keys(loaded${i});\nif (names${i}.length === 0) throw new Error("nothing exported");\n`,
    )
    .join("");
  writeFileSync(join(folder, "consumer.ts"), consumer);
  writeFileSync(join(folder, "consumer.mjs"), consumer.replaceAll(": string[]", ""));
  const imported = await run(process.execPath, ["consumer.mjs"], { cwd: folder });
  if (imported.code !== 0) return imported;
  const compilerOptions = { noEmit: true, strict: true, skipLibCheck: true, target: "es2022", types: [] };
  const tsconfig = { compilerOptions: { ...compilerOptions, module: "nodenext" }, files: ["consumer.ts"] };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(tsconfig));
  return run(bin("tsc"), ["-p", "."], { cwd: folder });
}

/** Checks of all packages: `{ name, problem }`, problem being null where it passed, and `skipped` with a reason. */
export async function checkPackages() {
  const work = mkdtempSync(join(tmpdir(), "plenoptic-pack-"));
  const results = [];
  const note = (name, { code, output }) =>
    results.push({ name, problem: code === 0 ? null : output.slice(-3000) });
  try {
    const packed = await pack(publicPackages(), work);
    const online = (await run("npm", ["view", "typescript", "version", "--loglevel=silent"])).code === 0;
    for (const [name, { tarball, manifest }] of packed) {
      note(`${name}: publint`, await run(bin("publint"), ["--strict", tarball]));
      note(
        `${name}: are the types wrong`,
        await run(bin("attw"), [tarball, "--profile", "esm-only", "--no-emoji"]),
      );
      if (!online) {
        results.push({ name: `${name}: installs alone`, skipped: "no package registry within reach" });
        continue;
      }
      const project = join(work, "alone", name.replace("/", "-"));
      const installed = await installAlone(name, packed, project);
      note(
        `${name}: installs alone, imports, type-checks`,
        installed.code === 0 ? await importAndTypeCheck(manifest, project) : installed,
      );
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return results;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const results = await checkPackages();
  for (const { name, problem, skipped } of results) {
    console.log(
      `${skipped ? "skip" : problem === null ? "ok  " : "FAIL"} ${name}${skipped ? ` (${skipped})` : ""}`,
    );
    if (problem) console.log(problem);
  }
  process.exitCode = results.some(({ problem }) => problem) ? 1 : 0;
}
