import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { runCommand } from "./command.js";
import { smallPicture } from "./picture.js";
import { chromiumIsNeeded, downloadBy, hasChromium } from "./studio-page.js";
import { type RunRecord, useStudio } from "./use-studio.js";

/** What a test can do to the GPU in the worker that computes. */
interface Saboteur {
  /** Loses the GPU in place of the n-th submission of commands (or read of a buffer) from now. */
  loseAt(what: "submit" | "map", count: number): void;
  /** Commands submitted and buffers read so far. */
  counts: { submit: number; map: number };
}

/** What a driver does that gives up, a test can do with the device in hand. */
async function sabotage(page: Page, refuse = false): Promise<void> {
  await page.workers()[0].evaluate((refuseDevice) => {
    // biome-ignore lint/suspicious/noExplicitAny: types of WebGPU are not those of a page
    const scope = globalThis as any;
    const counts = { submit: 0, map: 0 };
    const planned = { submit: Number.POSITIVE_INFINITY, map: Number.POSITIVE_INFINITY };
    let device: { destroy(): void } | undefined;
    const { requestDevice } = scope.GPUAdapter.prototype;
    scope.GPUAdapter.prototype.requestDevice = async function (...options: unknown[]) {
      if (refuseDevice) throw new Error("the driver says no");
      device = await requestDevice.apply(this, options);
      return device;
    };
    const watch = (what: "submit" | "map", prototype: object, name: string) => {
      const methods = prototype as Record<string, (...args: unknown[]) => unknown>;
      const original = methods[name];
      methods[name] = function (...args: unknown[]) {
        if (++counts[what] === planned[what]) device?.destroy();
        return original.apply(this, args);
      };
    };
    watch("submit", scope.GPUQueue.prototype, "submit");
    watch("map", scope.GPUBuffer.prototype, "mapAsync");
    scope.saboteur = {
      counts,
      loseAt(what: "submit" | "map", count: number) {
        planned[what] = counts[what] + count;
      },
    };
  }, refuse);
}

const loseAt = (page: Page, what: "submit" | "map", count: number) =>
  page.workers()[0].evaluate(
    ([what, count]) => {
      const { saboteur } = globalThis as unknown as { saboteur: Saboteur };
      saboteur.loseAt(what, count);
    },
    [what, count] as const,
  );

describe.skipIf(!hasChromium)(`the studio without its GPU ${chromiumIsNeeded}`, { timeout: 200_000 }, () => {
  const studio = useStudio();
  const iterations = 16;
  const options = ["--model-option", "kernelSize=5", "--max-iter", `${iterations}`, "--seed", "2"];
  const address = `model-option.kernelSize=5&seed=2&max-iter=${iterations}&store-progress=2`;
  let picture: Uint8Array;
  let expected: number[];

  beforeAll(async () => {
    picture = await smallPicture(32);
    expected = (await runCommand(picture, options)).losses;
  });

  const begin = async (device: string, refuse = false) => {
    await studio.open(`${address}&device=${device}`);
    await sabotage(studio.page, refuse);
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
    ["submit", 5],
    ["submit", 11],
    ["submit", 23],
    ["submit", 40],
    ["map", 1],
    ["map", 3],
    ["map", 9],
    ["map", 17],
    ["map", 30],
  ] as const)("goes on with cpu when it is lost at %s %i", async (what, count) => {
    await begin("webgpu");
    await loseAt(studio.page, what, count);
    await studio.button("Run").click();
    await studio.sha256();
    await studio.page.getByText("Computes on cpu").waitFor();
    expectWhole(await record());
    expect(await studio.page.getByRole("alert").count()).toBe(0);
  });
});
