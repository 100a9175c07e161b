import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodePNG } from "@plenoptic/data";
import { rand, setSeed } from "@plenoptic/tensor";
import "@plenoptic/backend-cpu";
import { beforeAll, describe, expect, it } from "vitest";
import { runHere, temporaryFolder } from "./run-command.js";

const cwd = temporaryFolder();

beforeAll(async () => {
  setSeed(1);
  const png = Buffer.from(await encodePNG(rand([1, 1, 24, 24])));
  writeFileSync(join(cwd, "picture.png"), png);
  writeFileSync(join(cwd, "dot.png"), await encodePNG(rand([1, 1, 1, 1])));
  writeFileSync(join(cwd, "empty.png"), "");
  writeFileSync(join(cwd, "letter.png"), "Dear sir or madam, this is no picture.");
  writeFileSync(join(cwd, "half.png"), png.subarray(0, png.length / 2));
  const broken = Buffer.from(png);
  broken[png.length - 30] ^= 0xff;
  writeFileSync(join(cwd, "broken.png"), broken);
  writeFileSync(join(cwd, "file"), "");
  mkdirSync(join(cwd, "pictures"));
  for (const name of ["a.png", "b.png"]) writeFileSync(join(cwd, "pictures", name), png);
  mkdirSync(join(cwd, "no-pictures"));
});

/** Arguments after `metamer`, the exit code, and what the message must say. */
type BadInput = [name: string, args: string[], code: number, ...says: RegExp[]];

const pictures: BadInput[] = [
  [
    "a picture that is not there",
    ["nowhere.png"],
    1,
    /nowhere\.png/,
    /no such file|does not exist|not found/i,
  ],
  ["a file that is no picture", ["letter.png"], 1, /letter\.png/, /PNG.*JPEG.*PGM/],
  ["an empty file", ["empty.png"], 1, /empty\.png/, /empty|0 bytes/],
  ["a PNG cut off in the middle", ["half.png"], 1, /half\.png/],
  ["a PNG with a wrong byte", ["broken.png"], 1, /broken\.png/],
  ["a picture of one pixel", ["dot.png"], 1, /1.?[×x,] ?1/, /pad|kernel|small/],
  ["a kernel larger than the picture", ["picture.png", "--model-option", "kernelSize=61"], 1, /61/, /24/],
  ["a crop larger than the picture", ["picture.png", "--crop", "25"], 1, /25/, /24/],
  [
    "a crop that reaches beyond the picture",
    ["picture.png", "--crop", "8", "--left", "17"],
    1,
    /column 17/,
    /24/,
  ],
  ["a place without a crop", ["picture.png", "--top", "1"], 2, /--crop/],
  ["a picture reduced too far for its crop", ["picture.png", "--reduce", "9", "--crop", "10"], 1, /9/, /10/],
  ["a folder of several pictures", ["pictures"], 1, /2 pictures/],
  ["a folder without pictures", ["no-pictures"], 1, /no-pictures/],
  ["three channels for a model that takes one", ["picture.png", "--color"], 1, /channel/, /--color/],
];

const names: BadInput[] = [
  ["a model", ["--model", "Gausian"], 2, /no model "Gausian"/, /Did you mean "Gaussian"\?/],
  ["a model far from any", ["--model", "VGG16"], 2, /no model "VGG16"/, /OnOff/],
  ["a loss", ["--loss", "mes"], 2, /no loss "mes"/, /"mse"/],
  ["an optimizer", ["--optimizer", "Adma"], 2, /no optimizer "Adma"/, /"Adam"/],
  ["a scheduler", ["--scheduler", "StpLR"], 2, /no scheduler "StpLR"/, /"StepLR"/],
  ["an option", ["--max-itr", "5"], 2, /unknown option '--max-itr'/, /--max-iter/],
  ["an option of the model", ["--model-option", "kernalSize=9"], 2, /kernalSize/, /"kernelSize"/],
  [
    "an option of the optimizer",
    ["--optimizer", "SGD", "--optimizer-option", "momentun=1"],
    2,
    /momentun/,
    /"momentum"/,
  ],
  [
    "an option of the scheduler",
    ["--scheduler", "StepLR", "--scheduler-option", "stepsize=3"],
    2,
    /stepsize/,
    /"stepSize"/,
  ],
  ["a device", ["--device", "gpu"], 2, /gpu/, /cpu/],
  ["a precision", ["--dtype", "float16"], 2, /float16/, /float32/],
  ["a module", ["--model", "./nowhere.mjs#Model"], 2, /nowhere\.mjs/],
];

const values: BadInput[] = [
  ["a negative learning rate", ["--optimizer-option", "lr=-1"], 2, /lr/, /-1/],
  ["a learning rate that is no number", ["--optimizer-option", "lr=fast"], 2, /lr/, /fast/],
  ["no iterations", ["--max-iter", "0"], 2, /--max-iter/, /at least 1/],
  ["a negative number of iterations", ["--max-iter", "-5"], 2, /--max-iter/, /at least 1/],
  ["half an iteration", ["--max-iter", "1.5"], 2, /--max-iter/, /whole number/],
  ["a negative weight of the penalty", ["--penalty-lambda", "-1"], 2, /--penalty-lambda/],
  ["a negative kernel", ["--model-option", "kernelSize=-3"], 2, /kernelSize/],
  ["a kernel that is no number", ["--model-option", "kernelSize=big"], 2, /kernelSize/],
  ["a deviation of 0", ["--model-option", "std=0"], 2, /std/],
  ["a model option without a value", ["--model-option", "std"], 2, /name=value/],
  ["a list that is no JSON", ["--model-option", "std=[1,"], 2, /JSON/],
  ["padding of another name", ["--model-option", "padMode=mirror"], 2, /padMode/, /reflect/],
  ["a seed that is no number", ["--seed", "lucky"], 2, /--seed/],
  ["a crop of 0", ["--crop", "0"], 2, /--crop/],
  ["two pictures", ["picture.png", "picture.png"], 2, /too many arguments/],
];

const withPicture = (args: string[]) =>
  args[0]?.endsWith(".png") || existsSync(join(cwd, args[0])) ? args : ["picture.png", ...args];

async function expectComplaint(args: string[], code: number, says: RegExp[]) {
  const ran = await runHere(["metamer", ...args, "--out", "never"], { cwd });
  expect(ran.stderr).toMatch(/^error: /m);
  expect(ran.stderr).not.toContain("unexpected");
  expect(ran.stderr).not.toMatch(/^ +at /m);
  for (const said of says) expect(ran.stderr).toMatch(said);
  expect(ran.code).toBe(code);
  expect(ran.stdout).toBe("");
  expect(existsSync(join(cwd, "never"))).toBe(false);
}

describe("bad input ends with a clear error and writes nothing", () => {
  describe("pictures", () => {
    it.each(pictures)("%s", (_, args, code, ...says) => expectComplaint(args, code, says));
  });
  describe("names nobody knows", () => {
    it.each(names)("%s", (_, args, code, ...says) => expectComplaint(withPicture(args), code, says));
  });
  describe("values", () => {
    it.each(values)("%s", (_, args, code, ...says) => expectComplaint(withPicture(args), code, says));
  });

  it("no subcommand, and one of another name", async () => {
    expect(await runHere([], { cwd })).toMatchObject({ code: 2, stderr: expect.stringContaining("metamer") });
    const typo = await runHere(["metamr"], { cwd });
    expect(typo).toMatchObject({ code: 2, stderr: expect.stringContaining("Did you mean metamer?") });
  });
});

describe("an output folder that cannot be written", () => {
  const slow = ["metamer", "picture.png", "--max-iter", "1000000000"];

  it("is found before synthesis: a file of that name", async () => {
    const ran = await runHere([...slow, "--out", "file"], { cwd });
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toMatch(/Nothing can be written.*there is a file of that name.*--out/);
  });

  it("is found before synthesis: inside a file", async () => {
    const ran = await runHere([...slow, "--out", "file/result"], { cwd });
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/a part of the path is a file/);
  });

  it.skipIf(process.platform !== "linux")("is found before synthesis: a system folder", async () => {
    const ran = await runHere([...slow, "--out", "/proc/plenoptic"], { cwd });
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/Nothing can be written/);
  });

  it.skipIf(process.getuid?.() === 0)(
    "is found before synthesis: no permission (not for root, who has it)",
    async () => {
      mkdirSync(join(cwd, "locked"));
      chmodSync(join(cwd, "locked"), 0o500);
      const ran = await runHere([...slow, "--out", "locked"], { cwd });
      expect(ran.stderr).toMatch(/permission denied/);
    },
  );
});

describe("an initial image", () => {
  it("of another size is a warning, as in the library; the error names the cause", async () => {
    const ran = await runHere(["metamer", "picture.png", "--initial-image", "dot.png", "--out", "dot"], {
      cwd,
    });
    expect(ran.stderr).toMatch(/^warning: .*different sizes: \[1, 1, 1, 1\] and \[1, 1, 24, 24\]/);
    expect(ran.stderr).toMatch(/^error: .*picture of at least 16 × 16/m);
    expect(ran.code).toBe(1);
  });
});

describe("--json", () => {
  it("says what was wrong in JSON too", async () => {
    const ran = await runHere(["metamer", "letter.png", "--json"], { cwd });
    expect(ran.code).toBe(1);
    expect(JSON.parse(ran.stdout)).toEqual({
      error: { code: "data", message: expect.stringContaining("letter.png") },
    });
  });
});
