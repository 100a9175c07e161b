import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import "@plenoptic/backend-cpu";
import { centerCrop, encodePNG, houseCat } from "@plenoptic/data";
import { l2Norm, mse, portillaSimoncelliLossFactory, relativeSse } from "@plenoptic/losses";
import { PortillaSimoncelli } from "@plenoptic/models";
import { LBFGS } from "@plenoptic/optim";
import { Metamer } from "@plenoptic/synthesis";
import { rand, read, readSync, setSeed, useBackend } from "@plenoptic/tensor";
import { withoutLeak } from "@plenoptic/testing";
import { beforeAll, describe, expect, it } from "vitest";
import { hashValues } from "../src/output.js";
import { barLine, plainLine, type ShownReport } from "../src/progress-line.js";
import { ShareWatch, statisticShares } from "../src/statistic-shares.js";
import { runHere, temporaryFolder } from "./run-command.js";

const cwd = temporaryFolder();
const small = ["--crop", "32", "--model-option", "nScales=2"];
const run = (...args: string[]) => runHere(["metamer", "--model", "PortillaSimoncelli", ...args], { cwd });
const report = (out: string) => JSON.parse(readFileSync(join(cwd, out, "progress.json"), "utf8"));
const recipe = { lr: 1, maxIter: 10, maxEval: 10, historySize: 100, lineSearchFn: "strongWolfe" } as const;

describe("the texture model's defaults", () => {
  it("are its loss and its optimizer: what the library does with them, to the bit", async () => {
    const ran = await run(...small, "--max-iter", "3", "--seed", "5", "--out", "defaults");
    expect(ran.code).toBe(0);
    const { options, losses, sha256, statisticShares: shares } = report("defaults");
    expect(options).toMatchObject({
      loss: "portillaSimoncelli",
      optimizer: "LBFGS",
      optimizerOption: recipe,
      modelOption: { nScales: 2, nOrientations: 4, spatialCorrWidth: 7 },
    });

    await useBackend("cpu");
    setSeed(5);
    const image = centerCrop(await houseCat(), 32);
    const model = new PortillaSimoncelli([32, 32], { nScales: 2 });
    const metamer = new Metamer(image, model, { lossFunction: portillaSimoncelliLossFactory(model, image) });
    metamer.setup({ optimizer: LBFGS, optimizerOptions: recipe });
    await metamer.synthesize({ maxIter: 3 });
    expect(losses).toEqual(metamer.losses);
    expect(sha256).toBe(hashValues(await read(metamer.metamer)));
    expect(Object.keys(shares).length).toBe(11);
    const own = await statisticShares(
      model,
      { lossFunction: metamer.lossFunction, power: 2 },
      metamer.metamer,
      metamer.targetRepresentation,
    );
    expect(shares).toEqual(Object.fromEntries(own.map(({ name, share }) => [name, share])));
    const worst = own.slice(0, 3).map(({ name, share }) => `${name} ${Math.round(100 * share)}%`);
    expect(ran.stdout).toContain(`Most of what is left: ${worst.join(", ")}\n`);
    // On each of the lines the three largest of that moment.
    expect(ran.stderr.match(/worst (\S+ \d+% {2}){3}penalty/g)?.length).toBe(3);
    for (const { name } of own.slice(0, 3)) expect(ran.stderr.trim().split("\n").at(-1)).toContain(name);
    metamer.dispose();
  });

  it.each<[string, string[], object]>([
    ["another loss", ["--loss", "l2Norm"], { loss: "l2Norm", optimizer: "LBFGS", optimizerOption: recipe }],
    [
      "another optimizer, with its own options",
      ["--optimizer", "Adam"],
      { loss: "portillaSimoncelli", optimizer: "Adam", optimizerOption: { lr: 0.01 } },
    ],
    [
      "one option of it",
      ["--optimizer-option", "lr=0.5"],
      { optimizer: "LBFGS", optimizerOption: { ...recipe, lr: 0.5 } },
    ],
    ["the same optimizer by name", ["--optimizer", "LBFGS"], { optimizerOption: recipe }],
  ])("give way to %s", async (_, args, options) => {
    expect((await run(...small, "--max-iter", "1", ...args, "--out", "other")).code).toBe(0);
    expect(report("other").options).toMatchObject(options);
  });

  it("do not stand in the way of going on with what the file has", async () => {
    const out = ["--out", "resumed"];
    const scheduled = [...small, "--optimizer", "Adam", "--optimizer-option", "lr=0.02"];
    expect((await run(...scheduled, "--max-iter", "2", ...out)).code).toBe(0);
    const again = await run(...small, "--max-iter", "4", "--resume", "resumed/metamer.pt", ...out);
    expect([again.code, again.stderr]).toEqual([0, expect.stringContaining("iteration 4/4")]);
    expect(report("resumed").options).toMatchObject({ optimizer: "Adam", optimizerOption: { lr: 0.02 } });
    expect(report("resumed").losses.length).toBe(5);
  });

  it("take colours as channels that are textures by themselves", async () => {
    writeFileSync(join(cwd, "color.png"), await encodePNG(rand([1, 3, 32, 32])));
    const ran = await run("color.png", "--color", ...small, "--max-iter", "1", "--out", "color");
    expect(ran.code).toBe(0);
    expect(report("color").shape).toEqual([1, 3, 32, 32]);
  });
});

describe("what the texture model cannot take", () => {
  beforeAll(async () => {
    await useBackend("cpu");
    for (const [name, height, width] of [
      ["wide", 120, 200],
      ["tiny", 40, 40],
      ["dot", 4, 4],
    ] as const)
      writeFileSync(join(cwd, `${name}.png`), await encodePNG(rand([1, 1, height, width])));
  });

  it.each<[string, string[], ...RegExp[]]>([
    [
      "a height that cannot be halved so often",
      ["wide.png"],
      /multiples of 16.*120 × 200/s,
      /nScales=3 with --crop 120/,
    ],
    ["a picture too small for its scales", ["tiny.png"], /nScales=2 with --crop 40/],
    ["a picture too small for any", ["dot.png"], /too small for this model, whatever the crop/],
    [
      "too wide a window",
      ["wide.png", "--crop", "64"],
      /spatialCorrWidth 7 .*4 × 4/,
      /nScales=3 with --crop 64/,
    ],
    ["no scales", ["wide.png", "--model-option", "nScales=0"], /nScales/],
    ["an option by another name", ["wide.png", "--model-option", "scales=3"], /"nScales"/],
    [
      "its loss with another model",
      ["wide.png", "--model", "Gaussian", "--loss", "portillaSimoncelli"],
      /groups of statistics.*PortillaSimoncelli/,
    ],
  ])("%s", async (_, args, ...says) => {
    const ran = await run(...args, "--out", "never");
    for (const said of says) expect(ran.stderr).toMatch(said);
    expect(ran.stderr).not.toMatch(/unexpected|^ +at /m);
    expect(ran.code).toBe(2);
    expect(existsSync(join(cwd, "never"))).toBe(false);
  });

  it("the crop that an error names fits", async () => {
    const { stderr } = await run("wide.png", "--out", "never");
    const [, scales, crop] = /nScales=(\d+) with --crop (\d+)/.exec(stderr) ?? [];
    const args = ["--crop", crop, "--model-option", `nScales=${scales}`];
    expect((await run("wide.png", ...args, "--max-iter", "1", "--out", "fits")).code).toBe(0);
  });

  it("--help names the model, its loss and its recipe", async () => {
    const { stdout } = await runHere(["metamer", "--help"], { cwd, columns: 100 });
    for (const said of ["PortillaSimoncelli", "portillaSimoncelli", "2^nScales", "historySize=100"])
      expect(stdout).toContain(said);
  });
});

describe("shares of the loss", () => {
  it.each([
    ["mse", mse, 1],
    ["relativeSse", relativeSse, 1],
    ["l2Norm", l2Norm, 2],
  ] as const)("are those of squared differences: %s", async (_, lossFunction, power) => {
    await useBackend("cpu", { dtype: "float64" });
    const model = new PortillaSimoncelli([32, 32], { nScales: 2, nOrientations: 2, spatialCorrWidth: 5 });
    const [image, other] = [rand([1, 1, 32, 32]), rand([1, 1, 32, 32])];
    const target = model.forward(image);
    const shares = await withoutLeak(() => statisticShares(model, { lossFunction, power }, other, target));
    const [a, b] = [model.forward(other), target].map((y) => Array.from(readSync(y)));
    const squares = a.map((v, i) => (v - b[i]) ** 2);
    const sum = (values: readonly number[]) => values.reduce((s, v) => s + v, 0);
    let start = 0;
    for (const [name, group] of Object.entries(model.convertToDict(target))) {
      const count = readSync(group).filter((v) => !Number.isNaN(v)).length;
      const part = sum(squares.slice(start, start + count));
      expect(shares.find((one) => one.name === name)?.share).toBeCloseTo(part / sum(squares), 12);
      start += count;
    }
    const sizes = shares.map(({ share }) => share);
    expect(sizes).toEqual([...sizes].sort((p, q) => q - p));
    expect(await statisticShares(model, { lossFunction, power }, image, target)).toEqual([]);
    await useBackend("cpu");
  });

  it("are measured so seldom that it takes a fiftieth of the time, unless they must be new", async () => {
    let measured = 0;
    const pause = (ms: number) => {
      for (const end = performance.now() + ms; performance.now() < end; );
    };
    const watch = new ShareWatch(async () => {
      measured++;
      pause(2);
      return [];
    });
    const end = performance.now() + 400;
    while (performance.now() < end) {
      await watch.recent();
      pause(1);
    }
    expect(measured).toBeGreaterThanOrEqual(1);
    expect(measured).toBeLessThanOrEqual(5);
    const before = measured;
    await watch.now();
    expect(measured).toBe(before + 1);
  });

  it("are shown before what matters less, as many as fit", () => {
    const shares = [
      { name: "skew_reconstructed", share: 0.5 },
      { name: "my_own", share: 0.3 },
      { name: "magnitude_std", share: 0.15 },
      { name: "pixel_statistics", share: 0.05 },
    ];
    const numbers = { loss: 1.5, penalty: 0, gradientNorm: 2, pixelChangeNorm: 1, learningRate: 1 };
    const shown: ShownReport = {
      iteration: 30,
      maxIter: 100,
      elapsedMs: 60_000,
      resumedFrom: 0,
      ...numbers,
      shares,
    };
    expect(barLine(shown, 80)).toMatch(/30\/100 {2}loss 1\.500 +worst skew 50%.*left$/);
    expect(barLine(shown, 200)).toMatch(/worst skew 50% {2}my_own 30% {2}mag std 15% {2}penalty/);
    expect(barLine(shown, 200)).not.toContain("pixels");
    expect(plainLine(shown)).toContain(
      "worst skew_reconstructed 50%  my_own 30%  magnitude_std 15%  penalty",
    );
    for (const columns of [40, 60, 80, 120])
      expect(barLine(shown, columns).length).toBeLessThanOrEqual(columns);
  });
});
