import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { examineSavedSynthesis } from "@plenoptic/io";
import { askReference, hasReference, referenceIsNeeded, testFolder } from "@plenoptic/testing";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { runCommand } from "./command.js";
import { colorfulPicture, smallPicture } from "./picture.js";
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
const sha256 = (page: Page) => page.getByTestId("sha256").textContent({ timeout: 50_000 });

/** What the reference says of a file of OnOff, of which it makes one more iteration. */
function inReference(file: Buffer): { frames: number; warnings: string[]; losses: number[]; saved: Buffer } {
  const { path, remove } = testFolder();
  try {
    const at = join(path, "metamer.pt");
    writeFileSync(at, file);
    const model = { model: "OnOff", model_kwargs: { kernel_size: 31, pretrained: true } };
    const save = join(path, "saved.pt");
    const how = { optimizer: null, scheduler: null, iterations: 1, store_progress: 2, save };
    type Answer = { frames: number; warnings: string[]; losses: number[] };
    const [answer] = askReference<Answer[]>("continue_metamer.py", [{ file: at, ...model, ...how }]);
    return { ...answer, saved: readFileSync(save) };
  } finally {
    remove();
  }
}

// A GPU in software takes its time, the more so beside other tests.
describe.skipIf(!hasChromium)(`the studio ${chromiumIsNeeded}`, { timeout: 150_000 }, () => {
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
    // Another part after the # alone would not load the page anew.
    await page.goto("about:blank");
    await page.goto(`${host.address}${settings && `#${settings}`}`);
    await button(page, "Run").waitFor();
  };
  const drop = async () => {
    await dropFile(page, picture, "waves.png", "image/png");
    await page.getByText("64×64 of 64×64 pixels").waitFor();
  };

  it("makes the bits that the command makes, whether it is paused in between or not", async () => {
    await open("model-option.kernelSize=9&max-iter=3000&stop-criterion=0&store-progress=100&device=cpu");
    await drop();
    await button(page, "Run").click();
    await button(page, "Pause").click();
    await button(page, "Continue").waitFor();
    const paused = await iteration(page);
    expect(paused).toBeGreaterThan(0);
    expect(paused).toBeLessThan(3000);
    await button(page, "Step").click();
    await expect.poll(() => iteration(page)).toBe(paused + 1);
    await button(page, "Continue").click();
    await page.getByText("· finished").waitFor({ timeout: 50_000 });
    const hash = await sha256(page);
    const options = ["--model-option", "kernelSize=9", "--max-iter", "3000", "--stop-criterion", "0"];
    const command = await runCommand(picture, options);
    expect(await iteration(page)).toBe(command.iterations);
    expect(hash).toBe(command.sha256);
    const record = JSON.parse((await downloadBy(page, "metamer.json")).toString());
    expect(record.losses).toEqual(command.losses.slice(0, -1));
    expect(record.sha256).toBe(hash);
  });

  it("goes on after a reload in the middle, to the same bits", async () => {
    await open("model-option.kernelSize=9&max-iter=1500&stop-criterion=0&device=cpu");
    await drop();
    await button(page, "Run").click();
    await page.getByTestId("kept").waitFor();
    await page.reload();
    await button(page, "Continue").waitFor();
    const kept = await iteration(page);
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThan(1500);
    await button(page, "Continue").click();
    const options = ["--model-option", "kernelSize=9", "--max-iter", "1500", "--stop-criterion", "0"];
    expect(await sha256(page)).toBe((await runCommand(picture, options)).sha256);
    await button(page, "Delete what is kept").click();
    await page.reload();
    await button(page, "Run").waitFor();
    expect(await button(page, "Continue").count()).toBe(0);
  });

  it("goes on after convergence, to the bits of a run without a stop criterion", async () => {
    const settings = "model-option.kernelSize=5&max-iter=40&store-progress=0&device=cpu";
    await open(`${settings}&stop-criterion=10&stop-iters-to-check=7`);
    await drop();
    await button(page, "Run").click();
    await page.getByText("· converged").waitFor();
    expect(await iteration(page)).toBeLessThan(40);
    await page.reload();
    await page.getByText("· converged").waitFor();
    await button(page, "Go on").click();
    await page.getByText("40 of 40 · finished").waitFor();
    const options = ["--model-option", "kernelSize=5", "--max-iter", "40", "--stop-criterion", "0"];
    expect(await sha256(page)).toBe((await runCommand(picture, options)).sha256);
    expect(page.url()).toContain("stop-criterion=0");
    // What is said of how to make it again is true after going on, too.
    await button(page, "40 more").click();
    await page.getByText("80 of 80 · finished").waitFor();
    await page.getByText("--max-iter 80 --stop-criterion 0").waitFor();
  });

  it("matches a texture from coarse to fine, from a picture of the visitor's, as the command does", async () => {
    const folder = testFolder();
    try {
      writeFileSync(join(folder.path, "start.png"), await smallPicture(64, 5));
      const options =
        "model=PortillaSimoncelli&model-option.nScales=2&max-iter=16&store-progress=4&device=cpu";
      await open(options);
      await drop();
      await page.getByText("Everything else").click();
      await page.getByLabel("Scales of the model").selectOption("together");
      expect(await page.getByLabel("Loss").locator("option").first().textContent()).toBe("l2Norm (auto)");
      await page.getByLabel("The next scale's turn comes").selectOption("count");
      await page.getByLabel("… iterations at each scale").fill("3");
      await page.getByLabel("… iterations at each scale").blur();
      await page.getByLabel("Picture to start from").setInputFiles(join(folder.path, "start.png"));
      await page.getByText("start.png", { exact: true }).waitFor();
      await button(page, "Run").click();
      await page.getByText("16 of 16 · scale all · finished").waitFor({ timeout: 50_000 });
      const hash = await sha256(page);
      const given = ["--model", "PortillaSimoncelli", "--model-option", "nScales=2", "--max-iter", "16"];
      const scales = [
        "--coarse-to-fine",
        "together",
        "--change-scale-criterion",
        "none",
        "--ctf-iters-to-check",
        "3",
      ];
      const start = ["--initial-image", join(folder.path, "start.png"), "--store-progress", "4"];
      expect((await runCommand(picture, [...given, ...scales, ...start])).sha256).toBe(hash);
      await page.getByText("--coarse-to-fine together --change-scale-criterion none").waitFor();

      const file = await downloadBy(page, "metamer.pt");
      await open("seed=1");
      await dropFile(page, file, "scales.pt", "");
      await page.getByText("16 of 16 · opened").waitFor();
      await page.getByText("Everything else").click();
      expect(await page.getByLabel("Scales of the model").inputValue()).toBe("together");
      await open(`${options}&coarse-to-fine=together&initial-image=sha256:0&seed=7`);
      await page.getByText("It is to start from a picture: choose that file").waitFor();
      expect(await button(page, "Run").isDisabled()).toBe(true);
    } finally {
      folder.remove();
    }
  });

  it("uses of a photograph what the command uses", async () => {
    const photograph = await colorfulPicture(700, 530);
    await open("max-iter=4&model-option.kernelSize=5&device=cpu&store-progress=0");
    await dropFile(page, photograph, "photo.png", "image/png");
    await page.getByText("of 700×530 pixels").waitFor();
    for (const [label, value] of [
      ["Square of so many pixels", "96"],
      ["Reduce shorter side to", "200"],
      ["From the left", "31"],
      ["From the top", "100"],
    ]) {
      if (!(await page.getByLabel(label).isVisible())) await page.getByText("Where the square is").click();
      await page.getByLabel(label).fill(value);
      await page.getByLabel(label).blur();
    }
    await page.getByText("96×96 of 700×530 pixels").waitFor();
    await button(page, "Run").click();
    const hash = await sha256(page);
    await page.getByText("--reduce 200 --crop 96 --left 31 --top 100").waitFor();
    const part = ["--reduce", "200", "--crop", "96", "--left", "31", "--top", "100"];
    const options = ["--model-option", "kernelSize=5", "--max-iter", "4", "--store-progress", "0"];
    expect((await runCommand(photograph, [...options, ...part])).sha256).toBe(hash);
  });

  it("shows of each stored image what the model sees of its difference", async () => {
    await open("max-iter=60&model-option.kernelSize=5&device=cpu&store-progress=20&stop-criterion=0");
    await drop();
    await button(page, "Run").click();
    await sha256(page);
    const error = async () => {
      const caption = await page.getByText("Representation error", { exact: false }).first().textContent();
      return Number(caption?.match(/±(\S+)/)?.[1]);
    };
    const last = await error();
    const scrub = page.getByLabel("Stored images");
    await scrub.focus();
    await page.keyboard.press("Home");
    await page.getByText("after 0 iterations").waitFor();
    const first = await error();
    expect(first).toBeGreaterThan(2 * last);
    await page.keyboard.press("ArrowRight");
    await page.getByText("after 20 iterations").waitFor();
    expect(await error()).toBeLessThan(first);
    await page.keyboard.press("End");
    await page.getByText("after 60 iterations", { exact: true }).waitFor();
    expect(await error()).toBe(last);
  });

  it("takes no click on Pause for one on what has just taken its place", async () => {
    await open("max-iter=40&stop-criterion=0&model-option.kernelSize=5&device=cpu&store-progress=0");
    await drop();
    await page.evaluate(() => {
      const first = document.querySelector<HTMLButtonElement>(".controls button.primary");
      const click = () => first?.textContent === "40 more" && first.click();
      if (first)
        new MutationObserver(click).observe(first, { characterData: true, subtree: true, childList: true });
    });
    await button(page, "Run").click();
    await sha256(page);
    await page.waitForTimeout(600);
    await page.getByText("40 of 40 · finished").waitFor();
    await button(page, "40 more").click();
    await page.getByText("80 of 80 · finished").waitFor();
  });

  it("begins with no picture but the one that was dropped last", async () => {
    await open("max-iter=3&model-option.kernelSize=5&device=cpu");
    const large = await colorfulPicture(700, 530);
    await dropFile(page, large, "large.png", "image/png");
    // It is read in a moment; until then the page would take the one before.
    await button(page, "Run").click();
    await sha256(page);
    await page.getByText("large.png", { exact: true }).waitFor();
    await page.getByText("npx plenoptic metamer large.png").waitFor();
  });

  it("lets visitors type while it runs, and takes what they typed over only then", async () => {
    await open("model-option.kernelSize=5&max-iter=100000&stop-criterion=0&store-progress=0&device=cpu");
    await drop();
    await button(page, "Run").click();
    const field = page.getByLabel("Seed");
    await page.getByText("Everything else").click();
    await field.pressSequentially("12", { delay: 300 });
    expect(await field.inputValue()).toBe("012");
    await field.blur();
    expect(page.url()).toContain("seed=12");
    await page.getByLabel("Weight of the penalty").fill("-1");
    await page.getByLabel("Weight of the penalty").blur();
    expect(page.url()).not.toContain("penalty");
    await button(page, "Stop").click();
    await page.getByText("· stopped").waitFor();
    expect(page.url()).toContain(`max-iter=${await iteration(page)}`);
  });

  it("keeps the work of two tabs apart, and that of a form that was changed since", async () => {
    await open("model-option.kernelSize=5&max-iter=3&device=cpu&seed=1");
    await button(page, "Run").click();
    await page.getByTestId("kept").waitFor();
    const hash = await sha256(page);
    const other = await context.newPage();
    await other.goto(host.address);
    // The work of a tab that is open is not offered to another.
    await button(other, "Run").waitFor();
    expect(await button(other, /more$/).count()).toBe(0);
    await other.goto(`${host.address}#model-option.kernelSize=5&max-iter=3&device=cpu&seed=2`);
    await other.reload();
    await button(other, "Run").click();
    await other.getByTestId("kept").waitFor();
    await page.reload();
    await button(page, "3 more").waitFor();
    await button(page, "3 more").click();
    await page.getByText("6 of 6 · finished").waitFor();
    await page.getByLabel("Iterations", { exact: true }).fill("9");
    await page.getByLabel("Iterations", { exact: true }).blur();
    expect(await page.evaluate(() => location.hash)).toContain("max-iter=9");
    const record = JSON.parse((await downloadBy(page, "metamer.json")).toString());
    expect(record.link).toContain("max-iter=6");
    await page.close();
    // Once a tab is closed, its work is there for another.
    const third = await context.newPage();
    await third.goto(host.address);
    await button(third, "6 more").waitFor();
    expect(hash).not.toBe(await sha256(other));
  });

  it("writes a .pt file that it opens again, and goes on with", async () => {
    await open("model=OnOff&max-iter=10&store-progress=2&device=cpu");
    await drop();
    await button(page, "Run").click();
    await sha256(page);
    const file = await downloadBy(page, "metamer.pt");
    const png = await downloadBy(page, "metamer.png");
    expect([...png.subarray(1, 4)].map((byte) => String.fromCharCode(byte)).join("")).toBe("PNG");
    const film = await downloadBy(page, "metamer.gif");
    expect(film.subarray(0, 6).toString()).toBe("GIF89a");
    if (hasReference) expect(inReference(file)).toMatchObject({ frames: 7, warnings: [] });
    // Names survive the build, which shortens others.
    const { callables } = await examineSavedSynthesis(new Uint8Array(file));
    expect(callables.loss_function.name).toBe("plenoptic.loss.mse");
    expect(callables.penalty_function.name).toBe("plenoptic.regularize.penalize_range");

    await open("seed=5");
    await dropFile(page, file, "metamer.pt", "");
    await page.getByText("of 10 · opened").waitFor();
    expect(await iteration(page)).toBe(10);
    expect(await page.getByLabel("Model of vision").inputValue()).toBe("OnOff");
    const scrub = page.getByLabel("Stored images");
    await scrub.focus();
    await page.keyboard.press("Home");
    await page.getByText("after 0 iterations").waitFor();
    await page.keyboard.press("End");
    await button(page, "Step").click();
    await expect.poll(() => iteration(page)).toBe(11);
    const command = await runCommand(picture, ["--model", "OnOff", "--max-iter", "11"]);
    expect(await sha256(page)).toBe(command.sha256);
  });

  it.skipIf(!hasReference)(`opens a file of the reference's, and goes on ${referenceIsNeeded}`, async () => {
    await open("model=OnOff&max-iter=6&store-progress=2&device=cpu");
    await drop();
    await button(page, "Run").click();
    await sha256(page);
    const { saved, losses } = inReference(await downloadBy(page, "metamer.pt"));
    await dropFile(page, saved, "python.pt", "");
    await page.getByText("7 of 7 · opened").waitFor();
    await button(page, "Step").click();
    await expect.poll(() => iteration(page)).toBe(8);
    const record = JSON.parse((await downloadBy(page, "metamer.json")).toString());
    expect(record.losses.length).toBe(8);
    // The reference's last number is the loss of the image from which the page went on.
    expect(Math.abs(record.losses[7] / losses[7] - 1)).toBeLessThan(1e-3);
  });

  it("makes the same from a link, once the visitor has brought the picture", async () => {
    await open("model-option.kernelSize=7&seed=3&max-iter=20&optimizer=SGD&optimizer-option.lr=2&device=cpu");
    await drop();
    await button(page, "Run").click();
    const hash = await sha256(page);
    const link = page.url();
    expect(link).toContain("seed=3");
    const record = await downloadBy(page, "metamer.json");
    await open("seed=9");
    await dropFile(page, record, "metamer.json", "application/json");
    await page.getByText("This link was made with waves.png").waitFor();
    expect(new URL(page.url()).hash).toBe(new URL(link).hash);
    await dropFile(page, new TextEncoder().encode("[1]"), "list.json", "application/json");
    await page.getByRole("alert").getByText("it is no metamer.json").waitFor();
    const other = await (await browser.newContext()).newPage();
    await other.goto(link);
    await other.getByText("This link was made with waves.png").waitFor();
    await dropFile(other, picture, "renamed.png", "image/png");
    await button(other, "Run").click();
    expect(await sha256(other)).toBe(hash);
    const options = ["--model-option", "kernelSize=7", "--seed", "3", "--max-iter", "20"];
    const descent = ["--optimizer", "SGD", "--optimizer-option", "lr=2"];
    expect((await runCommand(picture, [...options, ...descent])).sha256).toBe(hash);
    await other.context().close();
  });

  it("computes on webgpu where it is chosen, and goes on with cpu when the GPU is lost", async () => {
    await open("model-option.kernelSize=5&max-iter=5&device=webgpu");
    // What a driver does that gives up, a test can do with the device in hand.
    await page.workers()[0].evaluate(() => {
      const { GPUAdapter: Adapter } = globalThis as unknown as {
        GPUAdapter: { prototype: { requestDevice(...options: unknown[]): Promise<{ destroy(): void }> } };
      };
      const { requestDevice } = Adapter.prototype;
      Adapter.prototype.requestDevice = async function (...options) {
        const device = await requestDevice.apply(this, options);
        Object.assign(globalThis, { loseGpu: () => device.destroy() });
        return device;
      };
    });
    await dropFile(page, await smallPicture(32), "small.png", "image/png");
    await page.getByText("32×32 of 32×32 pixels").waitFor();
    await button(page, "Run").click();
    await sha256(page);
    await page.getByText("Computes on webgpu").waitFor();
    const { losses } = JSON.parse((await downloadBy(page, "metamer.json")).toString());
    const options = ["--model-option", "kernelSize=5", "--max-iter", "5"];
    const command = await runCommand(await smallPicture(32), options);
    for (const [i, loss] of losses.entries())
      expect(Math.abs(loss / command.losses[i] - 1)).toBeLessThan(1e-3);
    await page.workers()[0].evaluate(() => (globalThis as unknown as { loseGpu(): void }).loseGpu());
    await button(page, "5 more").click();
    await page.getByText("Computes on cpu").waitFor();
    await sha256(page);
    expect(await iteration(page)).toBe(10);
  });

  it("asks for nothing once it is loaded, may ask nobody else, and works without a host", async () => {
    await open("max-iter=5&device=cpu&model-option.kernelSize=5");
    await page.getByText("works without a network").waitFor();
    const loaded = host.requests.length;
    const elsewhere: string[] = [];
    context.on("request", (request) => {
      if (!request.url().startsWith(host.address) && !request.url().startsWith("blob:"))
        elsewhere.push(request.url());
    });
    await drop();
    await button(page, "Run").click();
    await sha256(page);
    await downloadBy(page, "metamer.gif");
    expect(host.requests.slice(loaded)).toEqual([]);
    expect(elsewhere).toEqual([]);
    const answers = () =>
      fetch("https://example.org/").then(
        () => "answered",
        () => "refused",
      );
    expect(await page.evaluate(answers)).toBe("refused");
    expect(await Promise.all(page.workers().map((worker) => worker.evaluate(answers)))).toEqual(["refused"]);
    expect(complaints.every((text) => text.includes("Content Security Policy"))).toBe(true);
    complaints.length = 0;
    host.goAway();
    try {
      await page.reload();
      await button(page, "Continue").or(button(page, /more$/)).waitFor();
      await button(page, "Start anew").click();
      await sha256(page);
    } finally {
      host.comeBack();
    }
  });

  it("says what is wrong so that visitors understand it", async () => {
    await open("device=cpu&max-iter=3");
    const alert = page.getByRole("alert");
    await dropFile(page, new TextEncoder().encode("no picture at all"), "notes.png", "image/png");
    await alert.getByText("no picture that can be read here").waitFor();
    await dropFile(page, picture.subarray(0, 200), "half.png", "image/png");
    await alert.getByText("damaged or truncated").waitFor();
    await dropFile(page, new Uint8Array(0), "empty.png", "image/png");
    await alert.getByText("empty").waitFor();
    await dropFile(page, new TextEncoder().encode("PK\u0003\u0004 nothing"), "broken.pt", "");
    await expect.poll(() => alert.textContent()).toMatch(/zip|file/i);
    await drop();
    await page.getByLabel("Model of vision").selectOption("PortillaSimoncelli");
    await page.getByLabel("Square of so many pixels").fill("50");
    await button(page, "Run").click();
    await alert.getByText("crop").waitFor();
    await page.goto(`${host.address}#colour=very`);
    await page.reload();
    await alert.getByText("which this page does not know").waitFor();
  });

  it("runs a model of somebody else's, once it is trusted", async () => {
    const code = `import { Gaussian } from "@plenoptic/models";
      import { mul } from "@plenoptic/tensor";
      export class Blur {
        name = "Blur";
        constructor({ std = 2 } = {}) { this.inner = new Gaussian(9, { std }); }
        forward(x) { return mul(this.inner.forward(x), 1); }
      }`;
    await context.route("https://models.example/**", (route) =>
      route.request().url().endsWith("blur.mjs")
        ? route.fulfill({
            contentType: "text/javascript",
            body: code,
            headers: { "access-control-allow-origin": "*" },
          })
        : route.fulfill({ status: 404, headers: { "access-control-allow-origin": "*" } }),
    );
    await open("model=https://models.example/blur.mjs%23Blur&model-option.std=1.5&max-iter=12&device=cpu");
    await drop();
    expect(await button(page, "Run").isDisabled()).toBe(true);
    await page.getByLabel(/I trust this code/).check();
    await button(page, "Run").click();
    const hash = await sha256(page);
    // It is the built-in model in other words.
    const command = await runCommand(picture, [
      "--model-option",
      "kernelSize=9",
      "--model-option",
      "std=1.5",
      "--max-iter",
      "12",
    ]);
    expect(hash).toBe(command.sha256);
    // After a reload the work is there at once, and its code once it is trusted again.
    await page.reload();
    await page.getByText("12 of 12 · opened").waitFor();
    expect(await button(page, "12 more").isDisabled()).toBe(true);
    await page.getByLabel(/I trust this code/).check();
    await button(page, "Step").click();
    await expect.poll(() => iteration(page)).toBe(13);
    const further = ["--model-option", "kernelSize=9", "--model-option", "std=1.5", "--max-iter", "13"];
    expect(await sha256(page)).toBe((await runCommand(picture, further)).sha256);
    await page.getByLabel("Address of a module").fill("https://models.example/none.mjs#Blur");
    await page.getByLabel("Address of a module").blur();
    await page.getByLabel(/I trust this code/).check();
    await button(page, "Start anew").click();
    await page.getByRole("alert").getByText("404").waitFor();
    complaints.length = 0;
  });
});
