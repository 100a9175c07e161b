import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import "@plenoptic/backend-cpu";
import { centerCrop, houseCat } from "@plenoptic/data";
import { l2Norm } from "@plenoptic/losses";
import { PortillaSimoncelli } from "@plenoptic/models";
import { MetamerCTF } from "@plenoptic/synthesis";
import { read, setSeed, useBackend } from "@plenoptic/tensor";
import { describe, expect, it } from "vitest";
import { hashValues } from "../src/output.js";
import { runHere, runProcess, temporaryFolder, unbuilt } from "./run-command.js";

/** A model of the means of all, of columns and of rows, as somebody else would write it. */
const model = `
import { concat, mean, reshape } from "@plenoptic/tensor";
const parts = { mean: (x) => reshape(mean(x), [1]), 0: (x) => reshape(mean(x, 2), [-1]), rows: (x) => reshape(mean(x, 3), [-1]) };
export class Means {
  scales = ["mean", 0, "rows"];
  forward(x, { scales = this.scales } = {}) { return concat(scales.map((scale) => parts[scale](x))); }
}
`;

describe.skipIf(unbuilt)(`--coarse-to-fine${unbuilt ? ` (${unbuilt})` : ""}`, () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "means.mjs"), model);
  const run = (...args: string[]) =>
    runProcess(
      ["metamer", "--crop", "16", "--model", "./means.mjs#Means", "--stop-criterion", "0", ...args],
      {
        cwd,
      },
    );
  const report = (out: string) => JSON.parse(readFileSync(join(cwd, out, "progress.json"), "utf8"));
  const separate = [
    "--coarse-to-fine",
    "separate",
    "--change-scale-criterion",
    "none",
    "--ctf-iters-to-check",
    "4",
  ];

  it("goes from scale to scale, says at which it is, and records all of it", async () => {
    const ran = await run(...separate, "--max-iter", "14", "--json", "--out", "separate");
    expect(ran.code).toBe(0);
    expect(ran.stderr).toMatch(/iteration 1\/14 {2}loss \S+ {2}scale mean: \d/);
    expect(ran.stderr).toMatch(/iteration 14\/14 {2}loss \S+ {2}scale all: \d/);
    expect(JSON.parse(ran.stdout)).toMatchObject({ iterations: 14, scalesFinished: ["mean", 0, "rows"] });
    const { scalesTiming, scalesLoss, losses, currentScale, options } = report("separate");
    expect(scalesTiming).toEqual([
      ["mean", [0, 3]],
      [0, [4, 7]],
      ["rows", [8, 11]],
      ["all", [12]],
    ]);
    expect(currentScale).toBe("all");
    expect(scalesLoss.slice(12)).toEqual(losses.slice(12, 14));
    expect(options).toMatchObject({
      coarseToFine: "separate",
      changeScaleCriterion: "none",
      ctfItersToCheck: 4,
    });
    const inspected = await runProcess(["inspect", "separate/metamer.pt"], { cwd });
    expect(inspected.stdout).toMatch(/synthesis_object +: plenoptic\.MetamerCTF/);
  });

  it("goes on from a file to the bits of an unbroken run, within a scale and at its end", async () => {
    for (const done of ["6", "8"]) {
      expect((await run(...separate, "--max-iter", done, "--out", "part")).code).toBe(0);
      const ran = await run(...separate, "--max-iter", "14", "--resume", "part/metamer.pt", "--out", "rest");
      expect(ran.code).toBe(0);
      const [{ timings: _, resumedFrom, options: __, ...rest }, { timings, options, ...unbroken }] = [
        report("rest"),
        report("separate"),
      ];
      expect(resumedFrom).toBe(Number(done));
      expect(rest).toEqual(unbroken);
    }
  });

  it("by default a scale lasts until its loss has changed by less than 0.01 over 50 iterations; as asked otherwise", async () => {
    await run("--coarse-to-fine", "together", "--max-iter", "65", "--out", "together");
    const { scalesTiming, scalesLoss, options } = report("together");
    const isOver = (_: number, i: number) => i >= 49 && Math.abs(scalesLoss[i] - scalesLoss[i - 49]) < 0.01;
    expect(scalesTiming[0]).toEqual(["mean", [0, scalesLoss.findIndex(isOver)]]);
    expect(options).toMatchObject({ changeScaleCriterion: 0.01, ctfItersToCheck: 50 });
    const numbers = ["--change-scale-criterion", "0.5", "--ctf-iters-to-check", "2"];
    await run("--coarse-to-fine", "together", ...numbers, "--max-iter", "5", "--out", "numbers");
    expect(report("numbers").scalesFinished).toEqual(["mean", 0]);
  });

  it.each<[string, string[], number, RegExp]>([
    [
      "a file of coarse to fine without it",
      ["--resume", "part/metamer.pt"],
      2,
      /was a plenoptic\.MetamerCTF[\s\S]*--coarse-to-fine/,
    ],
    [
      "a file of the other way",
      ["--resume", "part/metamer.pt", "--coarse-to-fine", "together"],
      2,
      /coarse_to_fine are different[\s\S]*--coarse-to-fine/,
    ],
    [
      "a model without scales",
      ["--model", "Gaussian", "--coarse-to-fine", "together"],
      1,
      /no scales attribute/,
    ],
  ])("%s is an error", async (_, args, code, says) => {
    const ran = await run(...args, "--max-iter", "20", "--out", "never");
    expect(ran).toMatchObject({ code, stdout: "", stderr: expect.stringMatching(says) });
  });
});

describe("options of scales", () => {
  const cwd = temporaryFolder();
  it.each<[string[], RegExp]>([
    [["--coarse-to-fine", "sideways"], /together, separate/],
    [["--ctf-iters-to-check", "5"], /need --coarse-to-fine/],
    [["--change-scale-criterion", "none"], /need --coarse-to-fine/],
    [["--coarse-to-fine", "together", "--ctf-iters-to-check", "0"], /at least 1/],
    [["--coarse-to-fine", "together", "--change-scale-criterion", "some"], /not negative/],
    [
      ["--model", "PortillaSimoncelli", "--coarse-to-fine", "together", "--loss", "portillaSimoncelli"],
      /cannot be used with --coarse-to-fine.*l2Norm/,
    ],
    [["--coarse-to-fine", "together", "--stop-criterion", "0.01"], /0\.01\) must be less than .*0\.01/],
  ])("%j is bad usage", async (args, says) => {
    const ran = await runHere(["metamer", ...args, "--out", "never"], { cwd });
    expect(ran).toMatchObject({ code: 2, stdout: "", stderr: expect.stringMatching(says) });
  });
});

describe("the texture model from coarse to fine", () => {
  const cwd = temporaryFolder();
  it("does what the library does with the L2 norm and Adam, to the bit", async () => {
    const args = [
      "--model",
      "PortillaSimoncelli",
      "--model-option",
      "nScales=2",
      "--crop",
      "64",
      "--max-iter",
      "9",
    ];
    const scales = [
      "--coarse-to-fine",
      "together",
      "--change-scale-criterion",
      "none",
      "--ctf-iters-to-check",
      "2",
    ];
    const ran = await runHere(["metamer", ...args, ...scales, "--seed", "2", "--out", "texture"], { cwd });
    expect(ran.code).toBe(0);
    expect(ran.stderr).toMatch(/scale pixel_statistics: \d.*worst/);
    const report = JSON.parse(readFileSync(join(cwd, "texture", "progress.json"), "utf8"));
    expect(report.scalesFinished).toEqual(["pixel_statistics", "residual_lowpass", 1, 0]);

    await useBackend("cpu");
    setSeed(2);
    const image = centerCrop(await houseCat(), 64);
    const model = new PortillaSimoncelli([64, 64], { nScales: 2 });
    const metamer = new MetamerCTF(image, model, { lossFunction: l2Norm });
    await metamer.synthesize({ maxIter: 9, changeScaleCriterion: null, ctfItersToCheck: 2 });
    expect(report.losses).toEqual(metamer.losses);
    expect(report.scalesLoss).toEqual(metamer.scalesLoss);
    expect(new Map(report.scalesTiming)).toEqual(metamer.scalesTiming);
    expect(report.sha256).toBe(hashValues(await read(metamer.metamer)));
  });
});
