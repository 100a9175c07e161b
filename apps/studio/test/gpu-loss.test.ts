import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { runCommand } from "./command.js";
import { smallPicture } from "./picture.js";
import { chromiumIsNeeded, downloadBy, hasChromium } from "./studio-page.js";
import { type RunRecord, useStudio } from "./use-studio.js";

/** Runs in the worker: what a driver does that gives up, a test can do with the device in hand. */
function sabotage(refuses: boolean, seemsReal: boolean): void {
  const counts = { submit: 0, map: 0 };
  const planned = { submit: Number.POSITIVE_INFINITY, map: Number.POSITIVE_INFINITY };
  let device: GPUDevice | undefined;
  const { prototype } = GPUAdapter;
  const { requestDevice } = prototype;
  prototype.requestDevice = async function (descriptor) {
    if (refuses) throw new Error("the driver says no");
    device = await requestDevice.call(this, descriptor);
    return device;
  };
  if (seemsReal) Object.defineProperty(prototype, "info", { value: { vendor: "acme", architecture: "one" } });
  const count = (what: "submit" | "map") => {
    if (++counts[what] === planned[what]) device?.destroy();
  };
  const { submit } = GPUQueue.prototype;
  GPUQueue.prototype.submit = function (buffers) {
    count("submit");
    return submit.call(this, buffers);
  };
  const { mapAsync } = GPUBuffer.prototype;
  GPUBuffer.prototype.mapAsync = function (...range) {
    count("map");
    return mapAsync.apply(this, range);
  };
  globalThis.saboteur = {
    loseNow: () => device?.destroy(),
    loseAt(what: "submit" | "map", count: number) {
      planned[what] = counts[what] + count;
    },
  };
}

const loseAt = (page: Page, what: "submit" | "map", count: number) =>
  page.workers()[0].evaluate(
    ([what, count]) => {
      globalThis.saboteur.loseAt(what, count);
    },
    [what, count] as const,
  );

const loseNow = (page: Page) => page.workers()[0].evaluate(() => globalThis.saboteur.loseNow());

describe.skipIf(!hasChromium)(
  `the studio without its GPU ${chromiumIsNeeded}`,
  { timeout: 200_000, retry: 1 },
  () => {
    const studio = useStudio();
    const iterations = 16;
    const options = ["--model-option", "kernelSize=5", "--max-iter", `${iterations}`, "--seed", "2"];
    const address = `model-option.kernelSize=5&seed=2&store-progress=2&stop-criterion=0`;
    let picture: Uint8Array;
    let expected: number[];

    beforeAll(async () => {
      picture = await smallPicture(32);
      expected = (await runCommand(picture, options)).losses;
    });

    const begin = async (
      device: string,
      { refuses = false, seemsReal = false, maxIter = iterations } = {},
    ) => {
      await studio.inWorkers(sabotage, refuses, seemsReal);
      await studio.open(`${address}&device=${device}&max-iter=${maxIter}`);
      await studio.drop(picture);
      await studio.page.getByText("32×32 of 32×32 pixels").waitFor();
    };
    const record = async () =>
      JSON.parse((await downloadBy(studio.page, "metamer.json")).toString()) as RunRecord;
    /** Every iteration is there once, and made what a run on one device would have made. */
    const expectWhole = ({ iterations: made, losses, gradientNorm }: RunRecord, count = iterations) => {
      expect(made).toBe(count);
      expect(losses.length).toBe(count);
      expect(gradientNorm.length).toBe(count);
      for (const [i, loss] of losses.entries()) expect(Math.abs(loss / expected[i] - 1)).toBeLessThan(1e-3);
    };

    it.each([
      ["submit", 1],
      ["submit", 2],
      ["submit", 11],
      ["submit", 40],
      ["map", 1],
      ["map", 3],
      ["map", 17],
    ] as const)("goes on with cpu when it is lost at %s %i", async (what, count) => {
      await begin("webgpu");
      await loseAt(studio.page, what, count);
      await studio.button("Run").click();
      await studio.end();
      await studio.page.getByText("Computes on cpu").waitFor();
      expectWhole(await record());
      expect(await studio.page.getByRole("alert").count()).toBe(0);
    });

    it("goes on with cpu when it is lost while nothing runs, whatever is asked for next", async () => {
      await begin("webgpu");
      await studio.button("Run").click();
      await studio.end();
      await studio.page.getByText("Computes on webgpu").waitFor();
      const before = await record();
      await loseNow(studio.page);
      const file = await downloadBy(studio.page, "metamer.pt");
      expect(file.length).toBeGreaterThan(1000);
      await studio.page.getByText("Computes on cpu").waitFor();
      expect(await studio.iteration()).toBe(iterations);
      expect((await record()).losses).toEqual(before.losses);
      const png = await downloadBy(studio.page, "metamer.png");
      expect(png.subarray(1, 4).toString()).toBe("PNG");
      await studio.button(`${iterations} more`).click();
      await expect.poll(() => studio.iteration(), { timeout: 20_000 }).toBe(2 * iterations);
      await studio.end();
      const { losses } = await record();
      expect(losses.slice(0, iterations)).toEqual(before.losses);
      expect(losses.length).toBe(2 * iterations);
      // A new run opens the GPU again.
      await studio.page.getByLabel("Iterations", { exact: true }).fill("3");
      await studio.button("Start anew").click();
      await expect.poll(() => studio.iteration(), { timeout: 20_000 }).toBe(3);
      await studio.page.getByText("Computes on webgpu").waitFor();
      await studio.end();
    });

    it("goes on with cpu when it is lost while a file is written", async () => {
      await begin("webgpu");
      await studio.button("Run").click();
      await studio.end();
      await loseAt(studio.page, "map", 2);
      expect((await downloadBy(studio.page, "metamer.pt")).length).toBeGreaterThan(1000);
      await studio.page.getByText("Computes on cpu").waitFor();
      expectWhole(await record());
    });

    it("pauses also when it is lost meanwhile", async () => {
      await begin("webgpu", { maxIter: 20_000 });
      await studio.button("Run").click();
      await expect.poll(() => studio.iteration(), { timeout: 20_000 }).toBeGreaterThan(3);
      // What was made in the last second may be lost; what was before it is in safety.
      await studio.page.waitForTimeout(2500);
      await loseAt(studio.page, "submit", 1);
      await studio.button("Pause").click();
      await studio.button("Continue").waitFor();
      const made = await record();
      expect(made.iterations).toBeGreaterThan(3);
      expect(made.losses.length).toBe(made.iterations);
      for (const [i, loss] of expected.slice(0, made.iterations).entries())
        expect(Math.abs(made.losses[i] / loss - 1)).toBeLessThan(1e-3);
      await studio.button("Step").click();
      await expect.poll(() => studio.iteration()).toBe(made.iterations + 1);
    });

    it("computes with cpu where there is a GPU that does not start, and says why", async () => {
      await begin("auto", { refuses: true, seemsReal: true });
      await studio.page.getByText("There is a GPU (acme one).").waitFor();
      await studio.button("Run").click();
      await studio.end();
      await studio.page.getByText("Computes on cpu. The GPU does not start").waitFor();
      await studio.page.getByText("the driver says no").waitFor();
      expectWhole(await record());
      expect(studio.page.url()).toContain("device=cpu");
    });

    it("says what to do where a GPU was asked for that does not start", async () => {
      await begin("webgpu", { refuses: true });
      await studio.button("Run").click();
      await expect.poll(() => studio.alert()).toContain("The GPU could not be opened: the driver says no");
      expect(await studio.alert()).toContain("“Compute on”");
      await studio.page.getByText("Everything else", { exact: true }).click();
      await studio.page.getByLabel("Compute on").selectOption("cpu");
      await studio.button("Run").click();
      await studio.end();
      expectWhole(await record());
    });
  },
);
