// Runs tfjs-core's own test suite on this backend, and prints what came of it as JSON on the last line.
//   node packages/backend-cpu/test/tfjs-suite/run.mjs [float32|float64] [--only part-of-a-file-name] [--all]
// --all also runs what is left out.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const packageFolder = join(here, "..", "..");
const require = createRequire(import.meta.url);
const core = dirname(require.resolve("@tensorflow/tfjs-core/package.json"));

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: "string" },
    all: { type: "boolean", default: false },
  },
});
const dtype = positionals[0] ?? "float32";
const backendName = `plenoptic-cpu-${dtype}`;

/** Rows { file, specs?, dtype?, reason }: `specs` are parts of names, without them the whole file is left out. */
const leftOut = JSON.parse(readFileSync(join(here, "left-out.json"), "utf8"));

/** The name of a spec without that of the backend, which the suite puts into the middle. */
const plainName = (fullName) => fullName.replace(` ${backendName} {}`, "");

/** Parts of names, and files, that no spec has matched yet. */
const unmatched = new Set(
  leftOut
    .filter((row) => (row.dtype ?? dtype) === dtype)
    .flatMap((row) => row.specs?.map((part) => `${row.file}: ${part}`) ?? [row.file]),
);

function isLeftOut(file, name) {
  let found = false;
  for (const row of leftOut) {
    if (row.file !== file || (row.dtype ?? dtype) !== dtype) continue;
    const parts = row.specs?.filter((part) => name.includes(part));
    for (const part of parts ?? []) unmatched.delete(`${file}: ${part}`);
    if (!parts) unmatched.delete(file);
    found ||= !parts || parts.length > 0;
  }
  return found;
}

function entry() {
  const files = [...readFileSync(join(core, "dist", "tests.js"), "utf8").matchAll(/import '\.\/(.+)';/g)];
  const chosen = files.map(([, name]) => name).filter((name) => !flags.only || name.includes(flags.only));
  return [
    "@tensorflow/tfjs-core",
    "@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops",
    join(packageFolder, "src", "register.ts"),
    // After the backend, so that the gradients are those that the suite was written for.
    "@tensorflow/tfjs-core/dist/register_all_gradients",
    "mark:environment",
    ...chosen.flatMap((name) => [`mark:${name}`, `@tensorflow/tfjs-core/dist/${name}.js`]),
  ]
    .map((module) => `import ${JSON.stringify(module)};`)
    .join("\n");
}

const environment = `
  import { setTestEnvs } from "@tensorflow/tfjs-core/dist/jasmine_util";
  setTestEnvs([{ name: "${backendName}", backendName: "${backendName}", isDataSync: true }]);`;

/** Before each file of the suite stands a module that says its name, so that a spec knows where it comes from. */
const marks = {
  name: "marks",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^mark:/ }, ({ path }) => ({ path, namespace: "mark", sideEffects: true }));
    onLoad({ filter: /.*/, namespace: "mark" }, ({ path }) => ({
      resolveDir: packageFolder,
      contents:
        path === "mark:environment"
          ? environment
          : `globalThis.suiteFile = ${JSON.stringify(path.slice(5))};`,
    }));
  },
};

async function bundle(folder) {
  const outfile = join(folder, "suite.cjs");
  await build({
    stdin: { contents: entry(), resolveDir: packageFolder },
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    mainFields: ["module", "main"],
    // tfjs-core lists its tests among the files without side effects.
    ignoreAnnotations: true,
    external: ["fs"],
    alias: { "jasmine-core": dirname(require.resolve("jasmine-core/package.json")) },
    plugins: [marks],
    logLevel: "error",
  });
  return outfile;
}

/** Puts jasmine's words among the globals; each spec made from now on is noted with the file it is in. */
function startJasmine(fileOf) {
  const { jasmine, ...words } = require("jasmine-core").noGlobals();
  Object.assign(globalThis, { jasmine }, words);
  for (const word of ["it", "xit", "fit"]) {
    const plain = words[word];
    globalThis[word] = (...args) => {
      const spec = plain(...args);
      fileOf.set(spec.id, globalThis.suiteFile);
      return spec;
    };
  }
  return jasmine.getEnv();
}

async function main(folder) {
  const fileOf = new Map();
  const env = startJasmine(fileOf);
  const counts = { total: 0, ran: 0, passed: 0, failed: 0, pending: 0, leftOut: 0 };
  const failures = [];
  env.configure({
    random: false,
    forbidDuplicateNames: false,
    specFilter: (spec) => !isLeftOut(fileOf.get(spec.id), plainName(spec.getFullName())) || flags.all,
  });
  env.addReporter({
    specDone({ id, status, fullName, failedExpectations }) {
      counts.total++;
      if (status === "excluded") {
        counts.leftOut++;
        return;
      }
      counts.ran++;
      counts[status]++;
      if (status !== "failed") return;
      const message = failedExpectations[0]?.message.slice(0, 300);
      failures.push({ file: fileOf.get(id), spec: plainName(fullName), message });
    },
  });
  // The suite provokes warnings on purpose.
  console.warn = () => {};
  require(await bundle(folder));
  await env.execute();
  return { dtype, ...counts, failures, unmatched: flags.only ? [] : [...unmatched] };
}

const folder = mkdtempSync(join(tmpdir(), "plenoptic-suite-"));
try {
  const result = await main(folder);
  if (flags.only) for (const { spec, message } of result.failures) console.log(`${spec}\n    ${message}`);
  const byFile = {};
  for (const { file } of result.failures) byFile[file] = (byFile[file] ?? 0) + 1;
  for (const [file, count] of Object.entries(byFile)) {
    console.log(`${String(count).padStart(4)} failed in ${file}`);
  }
  for (const row of result.unmatched) console.log(`no spec for what is left out: ${row}`);
  console.log(JSON.stringify(result));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
