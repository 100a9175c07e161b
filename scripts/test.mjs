// npm test: sets everything up and runs every check. The last line is the total over all of them.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkPackages } from "./check-packages.mjs";
import { root, run, seconds } from "./lib/run.mjs";
import { setUp } from "./setup.mjs";

const bin = (name) => join(root, "node_modules", ".bin", name);
const total = { passed: 0, failed: 0, skipped: 0 };
const skips = [];

/** Runs one suite; it gives { passed, failed, skipped: [names] } and may print. */
async function suite(name, body) {
  const start = performance.now();
  console.log(`\n── ${name}`);
  const { passed, failed, skipped = [] } = await body();
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped.length;
  skips.push(...skipped.map((what) => `${name}: ${what}`));
  console.log(`${name}: ${passed} passed, ${failed} failed, ${skipped.length} skipped, ${seconds(start)}`);
}

/** A suite that is one command: it passes or fails as a whole. */
const command = (program, args, options) => async () => {
  const { code, output } = await run(program, args, options);
  if (code !== 0) console.log(output.slice(-6000));
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 };
};

async function vitest() {
  const folder = mkdtempSync(join(tmpdir(), "plenoptic-test-"));
  const report = join(folder, "report.json");
  try {
    const { code, output } = await run(bin("vitest"), [
      "run",
      "--reporter=dot",
      "--reporter=json",
      `--outputFile.json=${report}`,
    ]);
    const { testResults } = JSON.parse(readFileSync(report, "utf8"));
    const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
    const skipped = tests
      .filter(({ status }) => status !== "passed" && status !== "failed")
      .map(({ fullName }) => fullName);
    const failed = tests.filter(({ status }) => status === "failed").length;
    // A file that cannot be loaded fails without a test of its own.
    const broken = testResults.filter(
      ({ status, assertionResults }) =>
        status === "failed" && assertionResults.every((t) => t.status !== "failed"),
    ).length;
    if (code !== 0) console.log(output.slice(-12000));
    return {
      passed: tests.length - failed - skipped.length,
      failed: failed + broken + (code !== 0 && failed + broken === 0 ? 1 : 0),
      skipped,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function packing() {
  const results = await checkPackages();
  for (const { name, problem } of results) if (problem) console.log(`${name}\n${problem}`);
  const failed = results.filter(({ problem }) => problem).length;
  const skipped = results
    .filter(({ skipped: reason }) => reason)
    .map(({ name, skipped: reason }) => `${name} (${reason})`);
  return { passed: results.length - failed - skipped.length, failed, skipped };
}

await setUp();
await suite("format and lint", command(bin("biome"), ["check", "."]));
await suite("types", command(bin("tsc"), ["-p", "tsconfig.json"]));
const losses = join(root, ".cache/losses-side-by-side.md");
rmSync(losses, { force: true });
await suite("tests", vitest);
if (existsSync(losses)) console.log(`\n${readFileSync(losses, "utf8")}`);
for (const example of ["my-model", "my-backend"]) {
  const options = { cwd: join(root, "examples", example) };
  await suite(`example package ${example}`, command(process.execPath, ["--test"], options));
}
await suite("packages", packing);
await suite("reference documentation", command(bin("typedoc"), []));

if (skips.length > 0)
  console.log(`\nSkipped, with what they need:\n${skips.map((line) => `  ${line}`).join("\n")}`);
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 ? 1 : 0;
