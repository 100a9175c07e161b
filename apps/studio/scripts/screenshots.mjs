// Remakes the pictures of docs/studio.md: node apps/studio/scripts/screenshots.mjs ADDRESS, of a served page. With a folder
// as second argument they are PNG files there, to be looked at first.
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const [address = "http://localhost:4173/", folder] = process.argv.slice(2);
const figures = fileURLToPath(new URL("../../../docs/figures/", import.meta.url));

const browser = await chromium.launch({
  executablePath: process.env.PLENOPTIC_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking"],
});

/** A page that has made a metamer. */
async function withMetamer(options, settings) {
  const page = await (await browser.newContext(options)).newPage();
  await page.goto(`${address}#${settings}`);
  await page.getByText(/ of .* pixels/).waitFor();
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page.getByTestId("sha256").waitFor({ timeout: 300_000 });
  // Without the look of a button under the pointer.
  await page.mouse.move(0, 0);
  await page.evaluate(() => scrollTo(0, 0));
  return page;
}

const shoot = (page, name) =>
  page.screenshot(
    folder ? { path: `${folder}/${name}.png` } : { path: `${figures}${name}.jpg`, type: "jpeg", quality: 72 },
  );
const texture =
  "picture=stones&crop=192&model=PortillaSimoncelli&max-iter=60&device=cpu&store-progress=5&stop-criterion=0";

const wide = await withMetamer({ viewport: { width: 1280, height: 860 }, colorScheme: "light" }, texture);
await shoot(wide, "studio");
await wide.getByRole("button", { name: "Can you tell them apart?" }).click();
await wide.getByLabel("How to look").selectOption("beside");
await wide.evaluate(() => document.activeElement?.blur());
await shoot(wide, "studio-judge");

const phone = { viewport: { width: 360, height: 780 }, colorScheme: "dark", deviceScaleFactor: 2 };
const small = await withMetamer(phone, "model=OnOff&max-iter=100&device=cpu&left=330&top=130");
await shoot(small, "studio-phone");
await small
  .locator(".stage")
  .evaluate((stage) => scrollTo(0, stage.getBoundingClientRect().top + scrollY - 100));
await small.waitForTimeout(300);
await shoot(small, "studio-phone-metamer");
await browser.close();
