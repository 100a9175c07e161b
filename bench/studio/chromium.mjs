/* global bench, document */
// The page in Chromium, and what visitors do on it.
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";
import { installInstruments } from "./instruments.mjs";
import { watchWorker } from "./memory.mjs";

export const executablePath = process.env.PLENOPTIC_CHROMIUM ?? "/usr/bin/chromium";

export function startChromium() {
  if (!existsSync(executablePath))
    throw new Error("This needs /usr/bin/chromium, or the path of one in PLENOPTIC_CHROMIUM.");
  const args = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking"];
  return chromium.launch({ executablePath, args });
}

/** The page with some settings, when it has come to rest. Nothing is kept from pages before it. */
export async function openStudio(browser, address, settings) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript(installInstruments);
  watchWorker(page);
  await page.goto(`${address}#${settings}`);
  await page.getByText("256×256 of").waitFor();
  await page.getByText("works without a network").waitFor();
  return page;
}

/** Clicks where a button is, as a hand does: what looks for it is done before. */
export async function press(page, name) {
  const point = await page.evaluate((text) => {
    const button = [...document.querySelectorAll("button")].find((b) => b.textContent.trim() === text);
    button?.scrollIntoView({ block: "center" });
    const box = button?.getBoundingClientRect();
    return box && { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  }, name);
  if (!point) throw new Error(`The page has no button "${name}".`);
  await page.mouse.click(point.x, point.y);
}

/** Waits for the end of a synthesis; gives the metamer's hash. */
export const ended = (page) =>
  page.evaluate(() => bench.until(() => document.querySelector("[data-testid=sha256]")?.textContent));

const now = (page) => page.evaluate(() => performance.now());

/** Does something, and gives the longest task of the page's main thread meanwhile. */
export async function watched(page, work) {
  const from = await now(page);
  await work();
  // What it has started is drawn, and observers are told.
  await page.waitForTimeout(150);
  return page.evaluate(([a, b]) => bench.worst(a, b), [from, await now(page)]);
}
