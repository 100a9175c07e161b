/** The figures and numbers of docs/textures.md are those that docs/figures/textures.mjs makes. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { data, readSync, setWarningHandler, useBackend } from "plenoptic";
import { beforeAll, describe, expect, it } from "vitest";
import { errorTable, lossFigure } from "../figures/texture-numbers.mjs";
import { prepare, size, wall } from "../figures/textures.mjs";

const docs = fileURLToPath(new URL("..", import.meta.url));
const text = readFileSync(`${docs}/textures.md`, "utf8");
const numbers = JSON.parse(readFileSync(`${docs}/figures/textures.json`, "utf8"));
const pictures = readdirSync(`${docs}/figures`).filter((name) => /\.(png|svg)$/.test(name));

beforeAll(async () => {
  setWarningHandler(() => {});
  await useBackend("cpu");
});

describe("figures of the tutorial", () => {
  const links = [...text.matchAll(/!\[([^\]]*)\]\(([^)]+)\)/g)].map(([, label, path]) => ({ label, path }));

  it("are found", () => expect(links.length).toBeGreaterThan(5));

  it.each(links)("$path is there, and is described", ({ label, path }) => {
    expect(existsSync(`${docs}/${path}`)).toBe(true);
    expect(label.length).toBeGreaterThan(10);
  });

  it("are all shown, but for the texture itself", () => {
    const shown = links.map(({ path }) => path.replace("figures/", ""));
    expect(pictures.filter((name) => !shown.includes(name))).toEqual(["stones.png"]);
  });

  it("weigh less than a megabyte", () => {
    const sizes = pictures.map((name) => statSync(`${docs}/figures/${name}`).size);
    expect(sizes.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(1e6);
  });
});

describe("what the figures are made of", () => {
  it("is the texture that the script draws", async () => {
    const picture = await data.loadImages(`${docs}/figures/stones.png`);
    expect(picture.shape).toEqual([1, 1, size, size]);
    expect(readSync(picture)).toEqual(readSync(wall(4)));
  });

  // A kernel that adds up in another order changes the last digits, and from the tenth iteration on the picture.
  it("is how synthesis begins", async () => {
    const metamer = prepare(wall(4));
    await metamer.synthesize({ maxIter: 2 });
    metamer.losses.forEach((loss, i) => {
      expect(Math.abs(loss / numbers.losses[i] - 1)).toBeLessThan(1e-3);
    });
    expect(metamer.losses.length).toBe(3);
  });

  // After a change of how charts look: npx vitest run docs/test/figures.test.ts -u
  it("gives the loss curve again", async () => {
    const svg = (await lossFigure(numbers)).toSVG();
    await expect(`${svg}\n`).toMatchFileSnapshot(`${docs}/figures/textures-loss.svg`);
  });

  it("gives the table in the text", () => expect(text).toContain(errorTable(numbers)));

  const { losses, lossesFromMean, lossOfSeed1, pixelChangeNorm, correlations, errorsCoarseToFine, longer } =
    numbers;
  it.each([
    [/Here it is (\S+) at the start/, losses[0]],
    [/, (\S+) after 10 iterations, /, losses[10]],
    [/, (\S+) after 30 and/, losses[30]],
    [/after 30 and (\S+) after 100\./, losses[100]],
    [/Here the losses are (\S+) and/, losses[100]],
    [/Here the losses are \S+ and ([\d.]+)/, lossOfSeed1],
    [/of the target \((\S+) and/, correlations.seed0WithTarget],
    [/of the target \(\S+ and (\S+)\)/, correlations.seed1WithTarget],
    [/with each other \((\S+)\)/, correlations.seed0WithSeed1],
    [/Here it was (\S+) in the first iteration/, pixelChangeNorm[0]],
    [/in the first iteration, (\S+) in the tenth/, pixelChangeNorm[9]],
    [/in the tenth, and (\S+) in the last/, pixelChangeNorm[99]],
    [/the loss is then (\S+) after 10 iterations/, lossesFromMean[10]],
    [/it is (\S+) and \S+, for rounding/, longer.float32[1]],
    [/it is \S+ and (\S+), for rounding/, longer.float64[1]],
    [/the loss is (\S+) in float32/, longer.float32[7]],
    [/in float32 and (\S+) in float64, which took/, longer.float64[7]],
    [/the loss is (\S+) on those/, longer.float32[6]],
    [/which is (\S+) times what it should be/, 1 + errorsCoarseToFine.var_highpass_residual],
  ])("is what the text says: %s", (pattern, value) => {
    const said = pattern.exec(text)?.[1] ?? "nothing";
    const digits = said.replace(/^-?[0.]*|\./g, "").length;
    expect(said).toBe(`${Number(value.toPrecision(digits))}`);
  });
});
