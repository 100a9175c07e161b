import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { examineSavedSynthesis } from "@plenoptic/io";
import { askReference, hasReference, referenceIsNeeded, testFolder } from "@plenoptic/testing";
import { describe, expect, it } from "vitest";
import { runCommand } from "./command.js";
import { smallPicture } from "./picture.js";
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
describe.skipIf(!hasChromium)(
  `what the studio keeps and gives away ${chromiumIsNeeded}`,
  { timeout: 150_000, retry: 1 },
  () => {
    const studio = useStudio([], { permissions: ["clipboard-write"] });
    const drop = () => studio.dropSmall(picture);

    it("goes on after a reload in the middle, to the same bits", async () => {
      const { page } = studio;
      await studio.open("model-option.kernelSize=9&max-iter=1500&stop-criterion=0&device=cpu");
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

    it("keeps the work of two tabs apart, and that of a form that was changed since", async () => {
      const { context, host, page } = studio;
      await studio.open("model-option.kernelSize=5&max-iter=3&device=cpu&seed=1");
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
      const { page } = studio;
      await studio.open("model=OnOff&max-iter=10&store-progress=2&device=cpu");
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

      await studio.open("seed=5");
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

    it.skipIf(!hasReference)(
      `opens a file of the reference's, and goes on ${referenceIsNeeded}`,
      async () => {
        const { page } = studio;
        await studio.open("model=OnOff&max-iter=6&store-progress=2&device=cpu");
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
      },
    );

    it("makes the same from a link, once the visitor has brought the picture", async () => {
      const { browser, page } = studio;
      await studio.open(
        "model-option.kernelSize=7&seed=3&max-iter=20&optimizer=SGD&optimizer-option.lr=2&device=cpu",
      );
      await drop();
      await button(page, "Run").click();
      const hash = await sha256(page);
      const link = page.url();
      expect(link).toContain("seed=3");
      const record = await downloadBy(page, "metamer.json");
      await studio.open("seed=9");
      await dropFile(page, record, "metamer.json", "application/json");
      await page.getByText("This link was made with waves.png").waitFor();
      expect(new URL(page.url()).hash).toBe(new URL(link).hash);
      // A record that starts from another picture does not take the one that is there.
      await page.getByText("Everything else", { exact: true }).click();
      await page
        .getByLabel("Picture to start from")
        .setInputFiles({ name: "a.png", mimeType: "image/png", buffer: Buffer.from(picture) });
      await page.getByText("a.png", { exact: true }).waitFor();
      const of = {
        link: `${page.url().replace(/initial-image=sha256%3A[0-9a-f]+/, "initial-image=sha256%3A0")}`,
      };
      expect(of.link).toContain("sha256%3A0");
      await dropFile(page, new TextEncoder().encode(JSON.stringify(of)), "other.json", "application/json");
      await page.getByText("That file is not part of the link").waitFor();
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
  },
);
