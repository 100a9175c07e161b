import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { testFolder } from "@plenoptic/testing";
import { describe, expect, it } from "vitest";
import { runCommand } from "./command.js";
import { colorfulPicture, smallPicture } from "./picture.js";
import {
  button,
  chromiumIsNeeded,
  downloadBy,
  dropFile,
  hasChromium,
  iteration,
  sha256,
} from "./studio-page.js";
import { useStudio } from "./use-studio.js";

const picture = await smallPicture();

// A GPU in software takes its time, the more so beside other tests.
describe.skipIf(!hasChromium)(
  `runs of the studio ${chromiumIsNeeded}`,
  { timeout: 150_000, retry: 1 },
  () => {
    const studio = useStudio([], { permissions: ["clipboard-write"] });
    const drop = () => studio.dropSmall(picture);

    it("makes the bits that the command makes, whether it is paused in between or not", async () => {
      const { page } = studio;
      await studio.open(
        "model-option.kernelSize=9&max-iter=3000&stop-criterion=0&store-progress=100&device=cpu",
      );
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

    it("goes on after convergence, to the bits of a run without a stop criterion", async () => {
      const { page } = studio;
      const settings = "model-option.kernelSize=5&max-iter=40&store-progress=0&device=cpu";
      await studio.open(`${settings}&stop-criterion=10&stop-iters-to-check=7`);
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
      const { page } = studio;
      const folder = testFolder();
      try {
        writeFileSync(join(folder.path, "start.png"), await smallPicture(64, 5));
        const options =
          "model=PortillaSimoncelli&model-option.nScales=2&max-iter=16&store-progress=4&device=cpu";
        await studio.open(options);
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
        await studio.open("seed=1");
        await dropFile(page, file, "scales.pt", "");
        await page.getByText("16 of 16 · opened").waitFor();
        await page.getByText("Everything else").click();
        expect(await page.getByLabel("Scales of the model").inputValue()).toBe("together");
        await studio.open(`${options}&coarse-to-fine=together&initial-image=sha256:0&seed=7`);
        await page.getByText("It is to start from a picture: choose that file").waitFor();
        expect(await button(page, "Run").isDisabled()).toBe(true);
      } finally {
        folder.remove();
      }
    });

    it("uses of a photograph what the command uses", async () => {
      const { page } = studio;
      const photograph = await colorfulPicture(700, 530);
      await studio.open("max-iter=4&model-option.kernelSize=5&device=cpu&store-progress=0");
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
      const { page } = studio;
      await studio.open(
        "max-iter=60&model-option.kernelSize=5&device=cpu&store-progress=20&stop-criterion=0",
      );
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
      const { page } = studio;
      await studio.open("max-iter=40&stop-criterion=0&model-option.kernelSize=5&device=cpu&store-progress=0");
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
      const { page } = studio;
      await studio.open("max-iter=3&model-option.kernelSize=5&device=cpu");
      const large = await colorfulPicture(700, 530);
      await dropFile(page, large, "large.png", "image/png");
      // It is read in a moment; until then the page would take the one before.
      await button(page, "Run").click();
      await sha256(page);
      await page.getByText("large.png", { exact: true }).waitFor();
      await page.getByText("npx plenoptic metamer large.png").waitFor();
    });

    it("lets visitors type while it runs, and takes what they typed over only then", async () => {
      const { page } = studio;
      await studio.open(
        "model-option.kernelSize=5&max-iter=100000&stop-criterion=0&store-progress=0&device=cpu",
      );
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

    it("computes on webgpu where it is chosen, and goes on with cpu when the GPU is lost", async () => {
      const { page } = studio;
      await studio.open("model-option.kernelSize=5&max-iter=5&device=webgpu");
      // What a driver does that gives up, a test can do with the device in hand.
      await page.workers()[0].evaluate(() => {
        const { prototype } = GPUAdapter;
        const { requestDevice } = prototype;
        prototype.requestDevice = async function (descriptor) {
          const device = await requestDevice.call(this, descriptor);
          globalThis.loseGpu = () => device.destroy();
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
      await page.workers()[0].evaluate(() => globalThis.loseGpu());
      await button(page, "5 more").click();
      await page.getByText("Computes on cpu").waitFor();
      await sha256(page);
      expect(await iteration(page)).toBe(10);
    });
  },
);
