// Installs and builds everything. Needs Node and npm, nothing else; quick when there is nothing to do.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { pnpm } from "./lib/pnpm.mjs";
import { root, seconds } from "./lib/run.mjs";

const stamp = join(root, "node_modules", ".plenoptic-installed");

function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(`plenoptic.js needs Node 20.19 or newer; this is ${process.version}.`);
  process.exit(1);
}

function stop(what, output) {
  console.error(output.slice(-4000));
  console.error(`${what} failed. If there is no network, the packages must have been installed before.`);
  process.exit(1);
}

async function install() {
  const lock = createHash("sha256")
    .update(readFileSync(join(root, "pnpm-lock.yaml")))
    .digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return;
  const start = performance.now();
  console.log("Installing packages…");
  const { code, output } = await pnpm(["install", "--frozen-lockfile"]);
  if (code !== 0) stop("Installing", output);
  writeFileSync(stamp, lock);
  console.log(`Installed in ${seconds(start)}.`);
}

async function build() {
  const start = performance.now();
  console.log("Building…");
  // turbo looks for pnpm on the PATH, where npx puts it.
  const { code, output } = await pnpm(["exec", "turbo", "run", "build", "--output-logs=errors-only"], {
    env: { TURBO_TELEMETRY_DISABLED: "1" },
  });
  if (code !== 0) stop("Building", output);
  console.log(`Built in ${seconds(start)}.`);
}

export async function setUp() {
  checkNode();
  await install();
  await build();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await setUp();
