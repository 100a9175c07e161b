// npm run demo: sets everything up, then synthesizes a metamer of the built-in photograph. Arguments go to the command.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root } from "./lib/run.mjs";
import { setUp } from "./setup.mjs";

await setUp();
const bin = join(root, "packages", "plenoptic", "bin", "plenoptic.js");
const out = join(root, "demo-out");
const args = ["metamer", "--model", "Gaussian", "--seed", "0", "--out", out, ...process.argv.slice(2)];
console.log(`plenoptic ${args.join(" ")}`);
const { status } = spawnSync(process.execPath, [bin, ...args], { stdio: "inherit" });
if (status === 0)
  console.log(`Look at ${join(out, "metamer.png")}: to a model that blurs, it is the photograph.`);
process.exitCode = status ?? 1;
