import type { Browser, Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { cutText, type Focused, focused, violations } from "./page-checks.js";
import { smallPicture } from "./picture.js";
import { chromiumIsNeeded, downloadBy, hasChromium } from "./studio-page.js";
import { useStudio } from "./use-studio.js";

const picture = await smallPicture();

const widths = [360, 600, 768, 1024, 1280, 1920, 2560, 3840];

describe.skipIf(!hasChromium)(
  `the look of the studio ${chromiumIsNeeded}`,
  { timeout: 300_000, retry: 1 },
  () => {
    const studio = useStudio([], { permissions: ["clipboard-write"] });
    const drop = () => studio.dropSmall(picture);

    describe.each([360, 1280, 3840])("%i pixels wide", (width) => {
      it.each(["light", "dark"] as const)("has no violation in any state, %s", async (colorScheme) => {
        const { page } = studio;
        await page.setViewportSize({ width, height: width < 600 ? 780 : 900 });
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        const check = async (state: string) => {
          expect(await violations(page), `${state}: axe`).toEqual([]);
          expect(await cutText(page), `${state}: cut`).toEqual([]);
        };
        for await (const state of states()) await check(state);
      });
    });

    /** Brings the page into each of its states. */
    async function* states(): AsyncGenerator<string> {
      const { page, button } = studio;
      await studio.open(
        "model=OnOff&max-iter=4&stop-criterion=0&store-progress=1&device=cpu&scheduler=StepLR&scheduler-option.stepSize=3",
      );
      yield "before";
      await drop();
      await page.evaluate(() => {
        for (const details of document.querySelectorAll("details")) details.open = true;
      });
      yield "everything unfolded";
      await button("Run").click();
      await studio.end();
      yield "finished";
      const file = await downloadBy(page, "metamer.pt");
      await button("16×").click();
      yield "zoomed";
      await button("Can you tell them apart?").click();
      await page.getByText("Size, distance and times").click();
      for (const mode of ["beside", "alternate", "match"]) {
        await page.getByLabel("How to look").selectOption(mode);
        yield `judging: ${mode}`;
      }
      await button("Begin").click();
      yield "judging: a trial";
      await button("End").click();
      await page.keyboard.press("Escape");
      await page.getByLabel("Iterations", { exact: true }).fill("4000");
      await button("Start anew").click();
      await button("Pause").waitFor();
      yield "running";
      await button("Pause").click();
      await button("Continue").waitFor();
      await studio.drop(file, "metamer.pt", "");
      await page.getByText("of 4 · opened").waitFor();
      yield "opened";
      await studio.drop(new TextEncoder().encode("no picture"), "notes.png");
      await page.getByRole("alert").waitFor();
      yield "an error";
      await page.getByLabel("Model of vision").selectOption("foreign");
      yield "a foreign model";
    }

    it("shows whole pixels, and nothing too wide, at any width", async () => {
      const { page, button } = studio;
      await studio.open("max-iter=3&device=cpu&model-option.kernelSize=5");
      await button("Run").click();
      await studio.end();
      for (const width of widths) {
        await page.setViewportSize({ width, height: 900 });
        await expect.poll(() => cutText(page), { message: `${width} wide` }).toEqual([]);
        await expect.poll(() => wholePixels(page), { message: `${width} wide` }).toBe(true);
      }
      // A telephone on its side.
      await page.setViewportSize({ width: 780, height: 360 });
      await expect.poll(() => cutText(page)).toEqual([]);
      const { height } = (await page.locator(".controls").boundingBox()) ?? { height: 360 };
      expect(height).toBeLessThan(80);
    });

    it.each([1, 1.25, 1.5, 2, 3])("shows whole pixels of a screen of density %f", async (density) => {
      const page = await pageWith(studio.browser, { deviceScaleFactor: density });
      await page.goto(`${studio.host.address}#max-iter=3&device=cpu&model-option.kernelSize=5`);
      await page.getByRole("button", { name: "Run", exact: true }).click();
      await page.getByTestId("sha256").waitFor();
      await expect.poll(() => wholePixels(page)).toBe(true);
      await page.getByRole("button", { name: "4×", exact: true }).click();
      await expect.poll(() => wholePixels(page)).toBe(true);
      await page.getByRole("button", { name: "Can you tell them apart?" }).click();
      await expect.poll(() => wholePixels(page, ".placed .raster")).toBe(true);
      await page.context().close();
    });

    it("has text as large as the reader wants, and nothing is cut of it", async () => {
      const { page, button, context } = studio;
      await studio.open("model=OnOff&max-iter=3&device=cpu");
      const session = await context.newCDPSession(page);
      await session.send("Page.setFontSizes", { fontSizes: { standard: 32, fixed: 26 } });
      await drop();
      await button("Run").click();
      await studio.end();
      expect(await page.evaluate(() => getComputedStyle(document.body).fontSize)).toBe("32px");
      for (const width of [360, 1280]) {
        await page.setViewportSize({ width, height: 900 });
        await expect.poll(() => cutText(page), { message: `${width} wide` }).toEqual([]);
      }
    });

    it("has targets that a finger hits", async () => {
      const page = await pageWith(studio.browser, { hasTouch: true, isMobile: true });
      await page.setViewportSize({ width: 360, height: 740 });
      await page.goto(`${studio.host.address}#max-iter=3&device=cpu&model-option.kernelSize=5`);
      await page.getByRole("button", { name: "Run", exact: true }).click();
      await page.getByTestId("sha256").waitFor();
      const small = await page.evaluate(() =>
        [...document.querySelectorAll("button, select, input:not(.hidden), summary, [role=slider]")]
          .filter((one) => one.checkVisibility())
          .map((one) => ({ html: one.outerHTML.slice(0, 60), box: one.getBoundingClientRect() }))
          .filter(({ html, box }) => Math.min(box.width, box.height) < (/plain|range/.test(html) ? 24 : 44))
          .map(({ html, box }) => `${html} ${box.width}×${box.height}`),
      );
      expect(small).toEqual([]);
      await page.context().close();
    });

    it.each([360, 1280])("moves the focus in the order of what is seen, %i pixels wide", async (width) => {
      const { page, button } = studio;
      await page.setViewportSize({ width, height: 800 });
      await studio.open("model=OnOff&max-iter=4&store-progress=1&device=cpu");
      await drop();
      await button("Run").click();
      await studio.end();
      await page.evaluate(() => (document.activeElement as HTMLElement).blur());
      await page.mouse.click(2, 2);
      const stops: Focused[] = [];
      for (let presses = 0; presses < 80; presses++) {
        await page.keyboard.press("Tab");
        const stop = await focused(page);
        if (!stop) break;
        expect(stop.isMarked, `${stop.name} has the focus, and it is seen`).toBe(true);
        expect(stop.coveredBy, `covers ${stop.name}, which has the focus`).toBe("");
        stops.push(stop);
      }
      const parts = stops.map(({ part }) => part).filter((part, i, all) => part !== all[i - 1]);
      const [columns] = parts.filter((part) => part.startsWith("stage"));
      expect(parts).toEqual(["panel", "panel fold", "controls", columns, "keep"]);
      for (const [i, stop] of stops.entries()) {
        const before = stops[i - 1];
        if (!before || before.part !== stop.part) continue;
        // In a row to the right, or further down; the handle of the square lies on its corner.
        const isFurther = stop.top + stop.height > before.top + before.height + 4;
        const isRight = stop.left > before.left;
        expect(isFurther || isRight, `${stop.name} after ${before.name}`).toBe(true);
      }
    });

    it("says what happens, and not more", async () => {
      const { page, button } = studio;
      await studio.open("max-iter=400&stop-criterion=0&model-option.kernelSize=5&device=cpu");
      await drop();
      await page.evaluate(() => {
        const said: string[] = [];
        Object.assign(globalThis, { said });
        const statuses = document.querySelectorAll("[role=status]");
        for (const status of statuses)
          new MutationObserver(() => said.push(status.textContent ?? "")).observe(status, {
            ...{ childList: true, characterData: true, subtree: true },
          });
      });
      await button("Run").click();
      await studio.end();
      const said = () => page.evaluate(() => globalThis.said);
      expect(await said()).toEqual(["Starting", "Running", "Finished after 400 iterations"]);
      await downloadBy(page, "metamer.gif");
      expect((await said()).slice(3)).toEqual(["Making the film", "The film is made"]);
    });

    it("keeps the focus where it was, and gives it back when a dialog closes", async () => {
      const { page, button } = studio;
      await studio.open("max-iter=200&stop-criterion=0&model-option.kernelSize=5&device=cpu");
      await drop();
      await button("Run").focus();
      await page.keyboard.press("Enter");
      await studio.end();
      expect((await focused(page))?.name).toBe("200 more");
      const opener = button("Can you tell them apart?");
      await opener.focus();
      await page.keyboard.press("Enter");
      await page.getByLabel("How to look").waitFor();
      await page.keyboard.press("Escape");
      await expect.poll(() => page.locator("dialog").count()).toBe(0);
      expect((await focused(page))?.name).toBe("Can you tell them apart?");
      await button("Camera…").focus();
      await page.keyboard.press("Enter");
      // There is none here: the dialog closes, and the page says so.
      await page.getByRole("alert").waitFor();
      await expect.poll(async () => (await focused(page))?.name).toBe("Camera…");
    });

    it("is used by the keyboard alone, from the square to the file", async () => {
      const { page } = studio;
      await studio.open("max-iter=30&model-option.kernelSize=5&device=cpu&store-progress=5");
      await page.getByText("256×256 of 1024×510 pixels").waitFor();
      const press = page.keyboard.press.bind(page.keyboard);
      const reach = async (name: string) => {
        for (let presses = 0; presses < 80; presses++) {
          await press("Tab");
          if ((await focused(page))?.name === name) return;
        }
        throw new Error(`The Tab key does not come to ${name}.`);
      };
      await reach("Place of the square");
      await press("ArrowRight");
      await press("Shift+ArrowUp");
      await reach("Side of the square");
      await press("ArrowLeft");
      await page.getByText("240×240 of 1024×510 pixels").waitFor();
      expect(await page.getByLabel("Square of so many pixels").inputValue()).toBe("240");
      expect(await page.evaluate(() => location.hash)).toContain("crop=240&left=385&top=111");
      await reach("Run");
      await press("Enter");
      await studio.end();
      await reach("8×");
      await press("Space");
      await page.evaluate(() => (document.activeElement as HTMLElement).blur());
      await reach("Metamer, zoomed");
      const scrolled = () =>
        page.evaluate(() => [...document.querySelectorAll(".view")].map(({ scrollLeft }) => scrollLeft));
      const [before] = await scrolled();
      await press("ArrowRight");
      await expect.poll(async () => (await scrolled())[0]).toBeGreaterThan(before);
      await expect.poll(async () => new Set(await scrolled()).size).toBe(1);
      await reach("Stored images");
      await press("Home");
      await page.getByText("after 0 iterations").waitFor();
      await press("End");
      await reach("Can you tell them apart?");
      await press("Enter");
      await reach("How to look");
      await press("End");
      await reach("Begin");
      await press("Space");
      await expect.poll(() => studio.button("Same (S)").isEnabled(), { timeout: 10_000 }).toBe(true);
      await press("s");
      await page.getByText("Trial 2 of 8").waitFor();
      await reach("End");
      await press("Enter");
      await page.getByText(/of 1 right/).waitFor();
      await press("Escape");
      await expect.poll(() => page.locator("dialog").count()).toBe(0);
      await reach("metamer.json");
      const [download] = await Promise.all([page.waitForEvent("download"), press("Enter")]);
      expect(download.suggestedFilename()).toBe("metamer.json");
    });

    it("lets the square be dragged by mouse and finger, and resized, in steps of 16", async () => {
      const { page } = studio;
      await studio.open("device=cpu");
      const square = page.getByRole("slider", { name: "Place of the square" });
      const middleOf = async () => {
        const { x, y, width, height } = (await square.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
        return { x: x + width / 2, y: y + height / 2, side: width };
      };
      await square.waitFor();
      const start = await middleOf();
      await page.mouse.move(start.x, start.y);
      await page.mouse.down();
      await page.mouse.move(start.x - 500, start.y + 300, { steps: 4 });
      // It follows before it is let go, and stays inside.
      await expect.poll(() => page.getByLabel("From the left").inputValue()).toBe("0");
      await page.mouse.up();
      await expect.poll(() => page.evaluate(() => location.hash)).toBe("#left=0&top=254&device=cpu");
      const touch = await page.context().newCDPSession(page);
      const { x, y } = await middleOf();
      const finger = (type: "touchStart" | "touchMove", dx: number, dy: number) =>
        touch.send("Input.dispatchTouchEvent", { type, touchPoints: [{ x: x + dx, y: y + dy }] });
      await finger("touchStart", 0, 0);
      for (const part of [10, 20, 30]) await finger("touchMove", part, -part / 2);
      await touch.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
      const left = async () => Number(await page.getByLabel("From the left").inputValue());
      await expect.poll(left).toBeGreaterThan(50);
      const side = page.getByRole("slider", { name: "Side of the square" });
      const corner = (await side.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
      await page.mouse.move(corner.x + corner.width / 2, corner.y + corner.height / 2);
      await page.mouse.down();
      await page.mouse.move(corner.x - 10, corner.y - 10, { steps: 3 });
      await page.mouse.up();
      const crop = Number(await page.getByLabel("Square of so many pixels").inputValue());
      expect(crop).toBeLessThan(256);
      expect(crop % 16).toBe(0);
      await page.getByText(`${crop}×${crop} of 1024×510 pixels`).waitFor();
    });

    it("has the page's texture beside the cat, in a link, and to take away for the command", async () => {
      const { page, button } = studio;
      await studio.open("picture=stones&crop=192&model=PortillaSimoncelli&max-iter=2&device=cpu");
      await page.getByText("192×192 of 192×192 pixels").waitFor();
      await button("Run").click();
      await studio.end();
      await page.getByText(/^npx plenoptic metamer stones\.png --crop 192 /).waitFor();
      await page.getByText("Where the loss is").waitFor();
      expect(await violations(page)).toEqual([]);
      expect(await cutText(page)).toEqual([]);
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("link", { name: "stones.png" }).click(),
      ]);
      expect(download.suggestedFilename()).toBe("stones.png");
      await button("Cat").click();
      await page.getByText("256×256 of 1024×510 pixels").waitFor();
      expect(await page.getByRole("alert").count()).toBe(0);
    });
  },
);

const pageWith = async (browser: Browser, options: object): Promise<Page> =>
  (await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })).newPage();

/** Whether each pixel of the pictures is a whole number of pixels of the screen. */
const wholePixels = (page: Page, pictures = ".view .raster"): Promise<boolean> =>
  page.evaluate((selector) => {
    const found = [...document.querySelectorAll<HTMLCanvasElement>(selector)];
    return (
      found.length > 1 &&
      found.every((canvas) => {
        // Layout is in 64ths of a pixel.
        const { width } = canvas.getBoundingClientRect();
        const times = (width * devicePixelRatio) / canvas.width;
        return Math.abs(times - Math.round(times)) * canvas.width < 0.1 && times > 0.5;
      })
    );
  }, pictures);
