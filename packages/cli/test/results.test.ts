import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import "@plenoptic/backend-cpu";
import { centerCrop, crop, houseCat, loadImages } from "@plenoptic/data";
import { CenterSurround } from "@plenoptic/models";
import { ReduceLROnPlateau, SGD } from "@plenoptic/optim";
import { Metamer } from "@plenoptic/synthesis";
import { read, setSeed, useBackend } from "@plenoptic/tensor";
import { describe, expect, it } from "vitest";
import { runHere, temporaryFolder } from "./run-command.js";

const cwd = temporaryFolder();
const readReport = (folder: string) => JSON.parse(readFileSync(join(cwd, folder, "progress.json"), "utf8"));
const hashOf = (values: Float32Array | Float64Array) =>
  createHash("sha256")
    .update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    .digest("hex");

describe("plenoptic metamer", () => {
  it("does what the same few lines of a program do, to the bit", async () => {
    const args = ["--crop", "40", "--model", "CenterSurround", "--model-option", "kernelSize=[9,7]"];
    args.push(
      "--model-option",
      "surroundStd=3",
      "--loss",
      "relativeSse",
      "--optimizer",
      "SGD",
      "--seed",
      "7",
    );
    args.push("--optimizer-option", "lr=5", "--optimizer-option", "momentum=0.9", "--max-iter", "12");
    args.push("--scheduler", "ReduceLROnPlateau", "--scheduler-option", "patience=2", "--dtype", "float64");
    const ran = await runHere(["metamer", ...args, "--penalty-lambda", "0.3", "--out", "all"], { cwd });
    expect(ran).toMatchObject({ code: 0 });

    await useBackend("cpu", { dtype: "float64" });
    const { relativeSse } = await import("@plenoptic/losses");
    setSeed(7);
    const image = centerCrop(await houseCat(), 40);
    const model = new CenterSurround([9, 7], { surroundStd: 3 });
    const metamer = new Metamer(image, model, { lossFunction: relativeSse, penaltyLambda: 0.3 });
    metamer.setup({
      optimizer: SGD,
      optimizerOptions: { lr: 5, momentum: 0.9 },
      scheduler: ReduceLROnPlateau,
      schedulerOptions: { patience: 2 },
    });
    await metamer.synthesize({ maxIter: 12 });

    const report = readReport("all");
    expect(report.sha256).toBe(hashOf(await read(metamer.metamer)));
    expect(report.losses).toEqual(metamer.losses);
    expect(report.penalties).toEqual(metamer.penalties);
    expect(report).toMatchObject({ outcome: "finished", iterations: 12, seed: 7, dtype: "float64" });
    expect(report.options).toMatchObject({ optimizer: "SGD", loss: "relativeSse", model: "CenterSurround" });
    expect(report.gradientNorm).toHaveLength(12);
    expect(report.pixelChangeNorm).toHaveLength(12);
  });

  it("writes the metamer and its picture, and nothing else", async () => {
    const ran = await runHere(["metamer", "--crop", "32", "--max-iter", "3", "--out", "a/b"], { cwd });
    expect(ran.stdout).toMatch(/^Done after 3 iterations .*loss .* → .*\nWrote .* to .*b\n$/);
    expect(readdirSync(join(cwd, "a/b")).sort()).toEqual([
      "metamer.png",
      "metamer.pt",
      "progress.json",
      "status.png",
      "status.svg",
      "target.png",
    ]);
    const target = await loadImages(join(cwd, "a/b/target.png"));
    const cat = await read(centerCrop(await houseCat(), 32));
    const found = await read(target);
    expect(found.every((value, i) => Math.abs(value - cat[i]) <= 0.5 / 255 + 1e-6)).toBe(true);
    expect((await loadImages(join(cwd, "a/b/metamer.png"))).shape).toEqual([1, 1, 32, 32]);
  });

  it("starts from a picture of one's own", async () => {
    const again = ["metamer", "a/b/target.png", "--initial-image", "a/b/metamer.png", "--max-iter", "2"];
    const [first, second] = [
      await runHere([...again, "--seed", "1", "--out", "c"], { cwd }),
      await runHere([...again, "--seed", "2", "--out", "d"], { cwd }),
    ];
    expect([first.code, second.code]).toEqual([0, 0]);
    expect(readReport("c").sha256).toBe(readReport("d").sha256);
  });

  it("stops when the loss no longer changes, and says so", async () => {
    const args = [
      "--crop",
      "32",
      "--stop-criterion",
      "1e9",
      "--stop-iters-to-check",
      "4",
      "--max-iter",
      "50",
    ];
    const ran = await runHere(["metamer", ...args, "--out", "converged"], { cwd });
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Converged after \d+ iterations/) });
    expect(readReport("converged")).toMatchObject({ outcome: "converged" });
    expect(readReport("converged").iterations).toBeLessThan(10);
  });

  it("of a part of a picture that was made smaller first", async () => {
    const part = ["--reduce", "60", "--crop", "20", "--left", "0", "--top", "40"];
    const args = ["metamer", ...part, "--model", "Identity", "--max-iter", "1", "--out", "part"];
    expect((await runHere(args, { cwd })).code).toBe(0);
    const target = await read(await loadImages(join(cwd, "part", "target.png")));
    const expected = await read(crop(await houseCat({ shorterSide: 60 }), 20, { left: 0, top: 40 }));
    for (const [i, value] of target.entries())
      expect(Math.abs(value - expected[i])).toBeLessThan(0.5 / 255 + 1e-6);
    const all = ["metamer", "--crop", "all", "--model", "Identity", "--max-iter", "1", "--out", "all"];
    expect((await runHere(all, { cwd })).code).toBe(0);
    expect((await loadImages(join(cwd, "all", "target.png"))).shape).toEqual([1, 1, 510, 1024]);
  });

  it("keeps three channels with --color", async () => {
    const args = ["--crop", "16", "--color", "--model", "Identity", "--max-iter", "2", "--out", "color"];
    expect(await runHere(["metamer", ...args], { cwd })).toMatchObject({ code: 0 });
    expect(readReport("color").shape).toEqual([1, 3, 16, 16]);
  });

  it("--json prints one line of JSON to stdout and everything else to stderr", async () => {
    const ran = await runHere(["metamer", "--crop", "32", "--max-iter", "5", "--json", "--out", "json"], {
      cwd,
    });
    expect(ran.stdout.split("\n")).toEqual([expect.any(String), ""]);
    const result = JSON.parse(ran.stdout);
    expect(result).toMatchObject({ outcome: "finished", iterations: 5, sha256: readReport("json").sha256 });
    for (const file of result.files) expect(existsSync(file)).toBe(true);
    expect(ran.stderr).toMatch(/iteration 5\/5 {2}loss/);
  });

  it("--version and --help print to stdout", async () => {
    expect(await runHere(["--version"], { cwd })).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+/),
    });
    const help = await runHere(["metamer", "--help"], { cwd, columns: 100 });
    expect(help).toMatchObject({ code: 0, stderr: "" });
    for (const name of ["--model", "--seed", "--json", "Exit codes"]) expect(help.stdout).toContain(name);
  });
});

describe("--resume", () => {
  const options = ["--crop", "32", "--model-option", "kernelSize=9", "--stop-criterion", "0", "--seed", "4"];
  const plateau = ["--optimizer", "SGD", "--optimizer-option", "lr=2", "--optimizer-option", "momentum=0.9"];
  plateau.push("--scheduler", "ReduceLROnPlateau", "--scheduler-option", "patience=1");
  plateau.push("--scheduler-option", "threshold=0.5");

  it.each([
    ["Adam", []],
    ["SGD and ReduceLROnPlateau", plateau],
    ["LBFGS", ["--optimizer", "LBFGS", "--optimizer-option", "lr=1", "--optimizer-option", "maxIter=3"]],
  ])("goes on to the bits of an unbroken run: %s", async (_, optimizer) => {
    const run = (...args: string[]) => runHere(["metamer", ...options, ...args], { cwd });
    await run(...optimizer, "--max-iter", "20", "--out", "unbroken");
    await run(...optimizer, "--max-iter", "8", "--store-progress", "4", "--out", "first");
    const ran = await run("--max-iter", "20", "--resume", "first/metamer.pt", "--out", "second");
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.stderr).toMatch(/iteration 20\/20/);
    expect(readReport("second")).toMatchObject({
      iterations: 20,
      resumedFrom: 8,
      sha256: readReport("unbroken").sha256,
    });
    expect(readReport("second").losses).toEqual(readReport("unbroken").losses);
  });

  it("with nothing left to do writes the results again", async () => {
    const ran = await runHere(
      ["metamer", ...options, "--max-iter", "8", "--resume", "first/metamer.pt", "--out", "again"],
      { cwd },
    );
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Done after 8 iterations/) });
    expect(readReport("again").sha256).toBe(readReport("first").sha256);
  });

  it.each([
    ["another picture", ["--crop", "30"], /different shape/],
    [
      "another model",
      ["--crop", "32", "--model-option", "kernelSize=11"],
      /model output have different values/,
    ],
    ["another precision", [...options, "--dtype", "float64"], /different dtype/],
    ["another optimizer", [...options, "--optimizer", "AdamW"], /same type as saved optimizer/],
  ])("%s is an error", async (_, args, message) => {
    const ran = await runHere(["metamer", ...args, "--resume", "first/metamer.pt", "--out", "never"], {
      cwd,
    });
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(message);
    expect(existsSync(join(cwd, "never"))).toBe(false);
  });

  it("a file that is none, and options that cannot go with it", async () => {
    const none = await runHere(["metamer", ...options, "--resume", "first/metamer.png"], { cwd });
    expect(none).toMatchObject({ code: 1, stderr: expect.stringContaining("no file of torch.save") });
    const both = await runHere(["metamer", "--resume", "x.pt", "--initial-image", "y.png"], { cwd });
    expect(both).toMatchObject({ code: 2, stderr: expect.stringContaining("cannot be used with") });
  });
});

describe("plenoptic inspect", () => {
  it("says what is in a file", async () => {
    const ran = await runHere(["inspect", "first/metamer.pt"], { cwd });
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toMatch(/synthesis_object +: plenoptic\.Metamer/);
    expect(ran.stdout).toMatch(
      /model +: plenoptic\.models\.naive\.Gaussian, \[1, 1, 32, 32\] → \[1, 1, 32, 32\]/,
    );
    const json = JSON.parse((await runHere(["inspect", "first/metamer.pt", "--json"], { cwd })).stdout);
    expect(json.tensors.metamer).toEqual({ dtype: "float32", shape: [1, 1, 32, 32] });
  });

  it("says so where there is none", async () => {
    const none = await runHere(["inspect", "first/progress.json"], { cwd });
    expect(none).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^error: This is no file of torch\.save/),
    });
    expect((await runHere(["inspect"], { cwd })).code).toBe(2);
  });
});

describe("an interrupted run", () => {
  it("keeps what there is and ends with 130", async () => {
    const controller = new AbortController();
    const args = ["--crop", "32", "--max-iter", "1000000", "--stop-criterion", "0", "--out", "stopped"];
    // Once the first line about an iteration is there.
    const onError = (text: string) => text.includes("loss") && controller.abort();
    const ran = await runHere(["metamer", ...args], { cwd, signal: controller.signal, onError });
    expect(ran).toMatchObject({
      code: 130,
      stdout: expect.stringMatching(/^Interrupted after \d+ iterations/),
    });
    const report = readReport("stopped");
    expect(report.outcome).toBe("interrupted");
    expect(report.losses).toHaveLength(report.iterations + 1);
    expect(existsSync(join(cwd, "stopped", "metamer.png"))).toBe(true);
  });

  it("writes nothing when it had not begun", async () => {
    const args = ["metamer", "--crop", "32", "--out", "unbegun"];
    const ran = await runHere(args, { cwd, signal: AbortSignal.abort() });
    expect(ran).toMatchObject({ code: 130, stdout: "" });
    expect(existsSync(join(cwd, "unbegun"))).toBe(false);
  });
});
