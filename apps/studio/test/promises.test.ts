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

// A GPU in software takes its time, the more so beside other tests.
describe.skipIf(!hasChromium)(
  `what the studio promises ${chromiumIsNeeded}`,
  { timeout: 150_000, retry: 1 },
  () => {
    const studio = useStudio([], { permissions: ["clipboard-write"] });
    const drop = () => studio.dropSmall(picture);

    it("asks for nothing once it is loaded, may ask nobody else, and works without a host", async () => {
      const { complaints, context, host, page } = studio;
      await studio.open("max-iter=5&device=cpu&model-option.kernelSize=5");
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
      expect(await Promise.all(page.workers().map((worker) => worker.evaluate(answers)))).toEqual([
        "refused",
      ]);
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
      const { host, page } = studio;
      await studio.open("device=cpu&max-iter=3");
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
      const { complaints, context, page } = studio;
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
      await studio.open(
        "model=https://models.example/blur.mjs%23Blur&model-option.std=1.5&max-iter=12&device=cpu",
      );
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
  },
);
