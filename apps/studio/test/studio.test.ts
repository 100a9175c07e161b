import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { runCommand } from "./command.js";
import { smallPicture } from "./picture.js";
import {
  chromiumIsNeeded,
  downloadBy,
  dropFile,
  type Host,
  hasChromium,
  hostStudio,
  startChromium,
} from "./studio-page.js";

const button = (page: Page, name: string | RegExp) =>
  page.getByRole("button", { name, exact: typeof name === "string" });
const iteration = async (page: Page) =>
  Number((await page.getByTestId("iteration").textContent())?.split(" ")[0]);
const sha256 = (page: Page) => page.getByTestId("sha256").textContent({ timeout: 30_000 });

describe.skipIf(!hasChromium)(`the studio ${chromiumIsNeeded}`, () => {
  let host: Host;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let picture: Uint8Array;
  const complaints: string[] = [];

  beforeAll(async () => {
    [host, browser, picture] = await Promise.all([hostStudio(), startChromium(), smallPicture()]);
  });
  afterAll(async () => {
    await browser?.close();
    await host?.close();
  });
  beforeEach(async () => {
    context = await browser.newContext({ permissions: ["clipboard-write"] });
    page = await context.newPage();
    complaints.length = 0;
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
  });
  afterEach(async () => {
    await context.close();
    expect(complaints).toEqual([]);
  });

  const open = async (settings = "") => {
    await page.goto(`${host.address}${settings && `#${settings}`}`);
    await button(page, "Run").waitFor();
  };
  const drop = async () => {
    await dropFile(page, picture, "waves.png", "image/png");
    await page.getByText("64×64 of 64×64 pixels").waitFor();
  };

  it("makes the bits that the command makes, whether it is paused in between or not", async () => {
    await open("model-option.kernelSize=9&max-iter=400&store-progress=20&device=cpu");
    await drop();
    await button(page, "Run").click();
    await button(page, "Pause").click();
    await button(page, "Continue").waitFor();
    const paused = await iteration(page);
    expect(paused).toBeGreaterThan(0);
    await button(page, "Step").click();
    await expect.poll(() => iteration(page)).toBe(paused + 1);
    await button(page, "Continue").click();
    const hash = await sha256(page);
    const options = ["--model-option", "kernelSize=9", "--max-iter", "400", "--store-progress", "20"];
    const command = await runCommand(picture, options);
    expect(hash).toBe(command.sha256);
    expect(await iteration(page)).toBe(command.iterations);
    const record = JSON.parse((await downloadBy(page, "metamer.json")).toString());
    expect(record.losses).toEqual(command.losses.slice(0, -1));
    expect(record.sha256).toBe(hash);
  });
});
