import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { loadImages } from "@plenoptic/data";
import { beforeAll, describe, expect, it } from "vitest";
import { runHere, temporaryFolder } from "./run-command.js";

const cwd = temporaryFolder();
const readText = (path: string) => readFileSync(join(cwd, path), "utf8");

beforeAll(async () => {
  const args = [
    "--crop",
    "32",
    "--model",
    "OnOff",
    "--max-iter",
    "7",
    "--store-progress",
    "3",
    "--out",
    "run",
  ];
  expect(await runHere(["metamer", ...args], { cwd })).toMatchObject({ code: 0 });
});

describe("status.svg and status.png of plenoptic metamer", () => {
  it("show the metamer, the losses and the error of the representation", async () => {
    const svg = readText("run/status.svg");
    expect(svg).toMatch(/^<svg [^>]*role="img" aria-label="Metamer after 7 iterations\./);
    expect(svg).toContain("Metamer[0] [iteration=7]");
    expect(svg).toContain("error_00");
    expect(svg).toContain("error_01");
    expect(statSync(join(cwd, "run/status.png")).size).toBeLessThan(300_000);
    const width = Number(svg.match(/width="(\d+)"/)?.[1]);
    expect((await loadImages(join(cwd, "run/status.png"))).shape[3]).toBe(width);
  });
});

describe("plenoptic plot", () => {
  it("draws the status of a file, without its model", async () => {
    const ran = await runHere(["plot", "run/metamer.pt"], { cwd });
    expect(ran).toMatchObject({ code: 0, stdout: `Wrote ${join(cwd, "status.svg")}\n` });
    for (const text of ["Metamer[0] [iteration=7]", "Synthesis iteration", "Histogram of pixel values"]) {
      expect(readText("status.svg")).toContain(text);
    }
  });

  it("draws the losses and the histogram at an iteration, in the form that the file's name asks for", async () => {
    const loss = await runHere(
      ["plot", "run/metamer.pt", "--what", "loss", "--iteration", "-1", "-o", "loss.html"],
      { cwd },
    );
    expect(loss).toMatchObject({ code: 0, stderr: "" });
    expect(readText("loss.html")).toContain("at the marked iteration 7");
    const dark = ["--what", "histogram", "--iteration", "3", "--dark", "--scale", "2", "-o", "histogram.png"];
    expect(await runHere(["plot", "run/metamer.pt", ...dark], { cwd })).toMatchObject({ code: 0 });
    const png = await loadImages(join(cwd, "histogram.png"));
    expect(png.shape).toEqual([1, 1, 848, 1168]);
    expect(png.dataSync()[0]).toBeLessThan(0.2);
  });

  it("makes films of stored images: GIF, animated PNG, a page", async () => {
    expect(await runHere(["plot", "run/metamer.pt", "--what", "film"], { cwd })).toMatchObject({ code: 0 });
    expect(readFileSync(join(cwd, "film.gif")).subarray(0, 6).toString()).toBe("GIF89a");
    for (const name of ["film.png", "film.html"]) {
      const args = ["--what", "film", "--framerate", "3", "-o", name];
      expect(await runHere(["plot", "run/metamer.pt", ...args], { cwd })).toMatchObject({ code: 0 });
    }
    expect(readFileSync(join(cwd, "film.png")).includes("acTL")).toBe(true);
    expect(readText("film.html")).toContain("iteration 7");
    const still = ["metamer", "--crop", "16", "--model", "Identity", "--max-iter", "1", "--out", "still"];
    await runHere(still, { cwd });
    const ran = await runHere(["plot", "still/metamer.pt", "--what", "film"], { cwd });
    expect(ran).toMatchObject({ code: 1 });
    expect(ran.stderr).toContain("cannot animate");
  });

  it("says which iteration the image is of, when another was asked for", async () => {
    const ran = await runHere(["plot", "run/metamer.pt", "--iteration", "4", "-o", "four.svg"], { cwd });
    expect(ran.stderr).toBe(
      "warning: loss iteration and iteration for the saved image are not the same: 4 and 3.\n",
    );
    expect(readText("four.svg")).toContain("Metamer[0] [iteration=3]");
  });

  it.each([
    ["an iteration that does not exist", ["--iteration", "9"], 1, "out of bounds with 8 iterations"],
    ["an ending that means nothing", ["-o", "status.jpg"], 2, "must end in .svg"],
    ["an unknown figure", ["--what", "song"], 2, "Allowed choices are"],
    ["a scale of 0", ["--scale", "0"], 2, "must be a number above 0"],
  ])("refuses %s", async (_, args, code, message) => {
    const ran = await runHere(["plot", "run/metamer.pt", ...args], { cwd });
    expect(ran.code).toBe(code);
    expect(ran.stderr).toContain(message);
    expect(existsSync(join(cwd, "status.jpg"))).toBe(false);
  });

  it("refuses what is no file of a metamer", async () => {
    expect((await runHere(["plot", "run/status.png"], { cwd })).code).toBe(1);
    expect((await runHere(["plot", "nowhere.pt"], { cwd })).code).toBe(1);
  });
});
