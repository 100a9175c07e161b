// Remakes the pictures of docs/studio.md: node apps/studio/scripts/screenshots.mjs ADDRESS, of a served page.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const address = process.argv[2] ?? "http://localhost:4173/";
const figures = fileURLToPath(new URL("../../../docs/figures/", import.meta.url));
const stones = [...readFileSync(`${figures}stones.png`)];

const browser = await chromium.launch({
  executablePath: process.env.PLENOPTIC_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking"],
});

/** A page that has made a metamer of the stones. */
async function withMetamer(options, settings) {
  const page = await (await browser.newContext(options)).newPage();
  await page.goto(`${address}#${settings}`);
  await page.getByText("House cat").waitFor();
  const transfer = await page.evaluateHandle((values) => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(values)], "stones.png", { type: "image/png" }));
    return data;
  }, stones);
  await page.dispatchEvent("body", "drop", { dataTransfer: transfer });
  await page.getByText("stones.png").waitFor();
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page.getByTestId("sha256").waitFor({ timeout: 300_000 });
  await page.evaluate(() => scrollTo(0, 0));
  return page;
}

const shoot = (page, name) => page.screenshot({ path: `${figures}${name}.jpg`, type: "jpeg", quality: 72 });
const texture = "model=PortillaSimoncelli&max-iter=40&device=cpu&store-progress=5";

const wide = await withMetamer({ viewport: { width: 1280, height: 800 }, colorScheme: "light" }, texture);
await shoot(wide, "studio");
await wide.getByRole("button", { name: "Can you tell them apart?" }).click();
await wide.getByLabel("How to look").selectOption("beside");
await shoot(wide, "studio-judge");

const phone = { viewport: { width: 360, height: 780 }, colorScheme: "dark", deviceScaleFactor: 1.5 };
const small = await withMetamer(phone, "model=OnOff&max-iter=100&device=cpu");
await small
  .locator(".stage")
  .evaluate((stage) => scrollTo(0, stage.getBoundingClientRect().top + scrollY - 130));
await small.waitForTimeout(300);
await shoot(small, "studio-phone");
await browser.close();
