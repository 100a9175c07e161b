import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root, run } from "./run.mjs";

const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

let command;

/** A pnpm of the pinned version that is there already, else through npx. */
async function findPnpm() {
  const wanted = packageManager.split("@")[1];
  const { code, output } = await run("pnpm", ["--version"]);
  return code === 0 && output.trim() === wanted ? ["pnpm", []] : ["npx", ["--yes", packageManager]];
}

/** Runs pnpm, of the version that package.json names. */
export async function pnpm(args, options) {
  command ??= await findPnpm();
  return run(command[0], [...command[1], ...args], options);
}
