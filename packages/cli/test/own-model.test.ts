import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { runProcess, temporaryFolder, unbuilt } from "./run-command.js";

/** Models as somebody else would write them. The packages are not installed beside them: the command lends its own. */
const models = `
import { add, div, gradient, mul, square, sum, tensor } from "@plenoptic/tensor";
export class Square { name = "Square"; constructor(options = {}) { this.options = options; } forward(x) { return mul(square(x), this.options.gain ?? 1); } }
export const made = { name: "made", forward: (x) => square(x) };
export const plain = (x) => square(x);
export const factory = ({ gain = 1 } = {}) => ({ forward: (x) => mul(square(x), gain) });
export class Throws { forward() { throw new Error("the retina is detached"); } }
export class ThrowsLater { count = 0; forward(x) { if (++this.count > 8) throw new Error("out of sight"); return square(x); } }
export class NaNs { forward(x) { return div(x, mul(x, 0)); } }
export class NaNsLater { count = 0; forward(x) { return ++this.count > 8 ? mul(x, NaN) : square(x); } }
export class NoGradient { forward() { return tensor([[[[1, 2]]]]); } }
export class Refuses { constructor() { throw new Error("no licence"); } }
export class NotATensor { forward() { return 3; } }
export class NoModel {}
export const number = 3;
`.replace("gradient, ", "");

describe.skipIf(unbuilt)(`models from modules${unbuilt ? ` (${unbuilt})` : ""}`, () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "models.mjs"), models);
  const run = (args: string[], out = "out") =>
    runProcess(
      ["metamer", "--crop", "24", "--max-iter", "20", "--stop-criterion", "0", ...args, "--out", out],
      { cwd },
    );
  const report = (out = "out") => JSON.parse(readFileSync(join(cwd, out, "progress.json"), "utf8"));

  it.each(["Square", "made", "plain", "factory"])("%s works", async (name) => {
    const ran = await run(["--model", `./models.mjs#${name}`], name);
    expect(ran.stderr).not.toContain("error");
    expect(ran.code).toBe(0);
    const { losses } = report(name);
    expect(losses.at(-1)).toBeLessThan(losses[0]);
  });

  it.each(["Square", "factory"])("%s gets its options", async (name) => {
    await run(["--model", `./models.mjs#${name}`, "--model-option", "gain=2"], "gained");
    await run(["--model", `./models.mjs#${name}`], "plain");
    expect(report("gained").losses[0]).toBeCloseTo(4 * report("plain").losses[0], 3);
  });

  it("a package that is installed in the folder works", async () => {
    const example = fileURLToPath(new URL("../../../examples/my-model", import.meta.url));
    const installed = join(cwd, "node_modules", "my-model");
    mkdirSync(installed, { recursive: true });
    for (const file of ["package.json", "index.mjs"]) cpSync(join(example, file), join(installed, file));
    const ran = await run(["--model", "my-model#MyModel", "--model-option", "std=2"], "package");
    expect(ran).toMatchObject({ code: 0 });
    expect(report("package").options).toMatchObject({ model: "my-model#MyModel", modelOption: { std: 2 } });
  });

  it.each([
    ["Throws", 1, /the retina is detached/],
    ["NaNs", 1, /NaN/],
    ["NoGradient", 1, /gradient|depend/],
    ["Refuses", 1, /no licence/],
    ["NotATensor", 1, /tensor/i],
    ["NoModel", 2, /forward\(x\)/],
    ["number", 2, /a number/],
    ["Sqare", 2, /Did you mean "Square"\?/],
  ])("%s is a clear error, found before synthesis", async (name, code, says) => {
    const ran = await run(["--model", `./models.mjs#${name}`], "never");
    expect(ran).toMatchObject({ code, stdout: "" });
    expect(ran.stderr).toMatch(/^error: /m);
    expect(ran.stderr).toMatch(says);
    expect(ran.stderr).not.toMatch(/^ +at /m);
  });

  it.each([
    ["ThrowsLater", /out of sight/],
    ["NaNsLater", /NaN/],
  ])("%s keeps what was done before it", async (name, says) => {
    const ran = await run(["--model", `./models.mjs#${name}`], "kept");
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(says);
    expect(ran.stdout).toMatch(/^Failed after \d+ iterations/);
    const { outcome, iterations, losses } = report("kept");
    expect(outcome).toBe("failed");
    expect(iterations).toBeGreaterThan(0);
    expect(losses.slice(0, -1).every(Number.isFinite)).toBe(true);
    expect(losses.at(-1)).toBe(null); // NaN has no name in JSON
  });

  it("an export that is not named, and a package that is not there", async () => {
    const unnamed = await run(["--model", "./models.mjs"], "never");
    expect(unnamed).toMatchObject({ code: 2, stderr: expect.stringContaining("models.mjs#") });
    const absent = await run(["--model", "nobodys-model#Model"], "never");
    expect(absent).toMatchObject({ code: 2, stderr: expect.stringContaining("nobodys-model") });
    expect(absent.stderr).toContain("Install it there");
  });

  it("a module that does not load says why", async () => {
    writeFileSync(join(cwd, "broken.mjs"), "export const = 3;");
    const ran = await run(["--model", "./broken.mjs#Model"], "never");
    expect(ran).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/cannot be loaded: .*Unexpected token/),
    });
  });
});
