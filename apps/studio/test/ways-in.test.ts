import { readFileSync } from "node:fs";
import { encodePixels } from "@plenoptic/data";
import { describe, expect, it } from "vitest";
import { runCommand } from "./command.js";
import { smallPicture } from "./picture.js";
import { chromiumIsNeeded, downloadBy, hasChromium, startChromium } from "./studio-page.js";
import { useStudio } from "./use-studio.js";

const camera = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"];

/** A picture of something without symmetry: darker to the right, and below, with a bright corner. */
function leaning(width: number, height: number, channels = 3, maxValue = 255) {
  const data = new Uint16Array(width * height * channels);
  for (let i = 0; i < data.length; i++) {
    const pixel = Math.floor(i / channels);
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    const isAlpha = (channels === 2 || channels === 4) && i % channels === channels - 1;
    const light = x < width / 4 && y < height / 4 ? 1 : 0.8 - (0.5 * x) / width - (0.25 * y) / height;
    data[i] = Math.round(maxValue * (isAlpha ? 1 - (0.5 * y) / height : light));
  }
  return { width, height, channels, maxValue, data };
}

describe.skipIf(!hasChromium)(
  `ways into the studio ${chromiumIsNeeded}`,
  { timeout: 120_000, retry: 1 },
  () => {
    const studio = useStudio(camera);
    const settings = "device=cpu&max-iter=3&model-option.kernelSize=5";
    const used = (text: string) =>
      studio.page.getByText(text, { exact: false }).first().waitFor({ timeout: 20_000 });
    const expectAlert = (text: string | RegExp) =>
      expect.poll(studio.alert, { timeout: 20_000 }).toMatch(text);
    const run = async () => {
      await studio.button("Run").or(studio.button("Start anew")).click();
      return studio.end();
    };
    /** What the page's own browser makes of a canvas. */
    const encodedByPage = (type: string, size = 64) =>
      studio.page.evaluate(
        async ({ type, size }) => {
          const canvas = new OffscreenCanvas(size, size / 2);
          const context = canvas.getContext("2d") as OffscreenCanvasRenderingContext2D;
          context.fillStyle = "white";
          context.fillRect(0, 0, size, size);
          context.fillStyle = "#204080";
          context.fillRect(0, 0, size / 4, size / 4);
          const blob = await canvas.convertToBlob({ type, quality: 0.9 });
          return { type: blob.type, bytes: [...new Uint8Array(await blob.arrayBuffer())] };
        },
        { type, size },
      );

    it("by the camera: the photograph can be taken away, and gives the same by the command", async () => {
      await studio.open(settings);
      await studio.button("Camera…").click();
      await studio.button("Take the picture").click();
      await used("camera.png");
      await used("256×256 of");
      await studio.page.getByLabel("Square of so many pixels").fill("64");
      await studio.page.getByLabel("Square of so many pixels").blur();
      await used("64×64 of");
      const hash = await run();
      const photograph = await downloadBy(studio.page, "camera.png");
      const reduce = new URLSearchParams(new URL(studio.page.url()).hash.slice(1)).get("reduce");
      const options = ["--crop", "64", ...(reduce ? ["--reduce", reduce] : []), "--max-iter", "3"];
      const command = await runCommand(photograph, [...options, "--model-option", "kernelSize=5"]);
      expect(hash).toBe(command.sha256);
    });

    it("by no camera: it says why", async () => {
      await studio.page.addInitScript(() => {
        if (!("mediaDevices" in navigator)) return;
        navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("no", "NotAllowedError"));
      });
      await studio.open(settings);
      await studio.button("Camera…").click();
      await expectAlert("may not be used by this page");
      const without = await startChromium();
      try {
        const page = await (await without.newContext({ permissions: ["camera"] })).newPage();
        await page.goto(studio.host.address);
        await page.getByRole("button", { name: "Camera…" }).click();
        await page.getByRole("alert").getByText("There is no camera.").waitFor();
      } finally {
        await without.close();
      }
    });

    it("by paste; text that is pasted into a field stays text", async () => {
      await studio.open(settings);
      const paste = (values: number[]) =>
        studio.page.evaluate((values) => {
          const clipboardData = new DataTransfer();
          if (values.length > 0)
            clipboardData.items.add(new File([new Uint8Array(values)], "image.png", { type: "image/png" }));
          else clipboardData.setData("text/plain", "7");
          const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
          (document.activeElement ?? document.body).dispatchEvent(event);
          return event.defaultPrevented;
        }, values);
      expect(await paste([...(await smallPicture(48))])).toBe(true);
      await used("48×48 of 48×48 pixels");
      await studio.page.getByLabel("Square of so many pixels").focus();
      expect(await paste([])).toBe(false);
      expect(await studio.alert()).toBe("");
      await used("48×48 of 48×48 pixels");
      await run();
      expect((await downloadBy(studio.page, "pasted.png")).equals(Buffer.from(await smallPicture(48)))).toBe(
        true,
      );
    });

    it("by the file chooser, also a saved metamer that was renamed", async () => {
      await studio.open(settings);
      const input = studio.page.getByLabel("Picture or saved metamer");
      await input.setInputFiles({
        name: "a.png",
        mimeType: "image/png",
        buffer: Buffer.from(await smallPicture(32)),
      });
      await used("32×32 of 32×32 pixels");
      await run();
      const buffer = await downloadBy(studio.page, "metamer.pt");
      await input.setInputFiles({ name: "metamer.pt.zip", mimeType: "application/zip", buffer });
      await used("metamer.pt.zip holds");
    });

    it("by dropping several files, a folder, text or a link", async () => {
      await studio.open(settings);
      const drop = (what: string, target = "body") =>
        studio.page.evaluate(
          ([what, target]) => {
            const dataTransfer = new DataTransfer();
            const file = (name: string, type: string) => new File(["P2 2 1 9 1 2 "], name, { type });
            if (what === "several")
              for (const one of [
                file("notes.txt", "text/plain"),
                file("two.pgm", ""),
                file("b.txt", "text/plain"),
              ])
                dataTransfer.items.add(one);
            else if (what === "notes")
              dataTransfer.items.add(file("notes.txt", "text/plain").slice(0, 1) as File);
            else
              dataTransfer.setData(
                what === "link" ? "text/uri-list" : "text/plain",
                "https://example.org/cat.jpg",
              );
            const event = new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true });
            document.querySelector(target)?.dispatchEvent(event);
            return event.defaultPrevented;
          },
          [what, target],
        );
      expect(await drop("several")).toBe(true);
      await used("of 2×1 pixels");
      for (const what of ["link", "text"]) {
        expect(await drop(what)).toBe(true);
        await expectAlert("That was no file");
      }
      expect(await drop("text", "input[type=number]")).toBe(false);
      // A folder cannot be put into a drop by a page; its entry is what tells.
      await studio.page.evaluate(() => {
        DataTransferItem.prototype.webkitGetAsEntry = () => ({ isDirectory: true }) as FileSystemEntry;
      });
      await drop("several");
      await expectAlert("That was a folder");
    });

    it("as WebP, AVIF, GIF or BMP where the browser reads them: a PNG of it, which the command takes", async () => {
      await studio.open(settings);
      const webp = await encodedByPage("image/webp");
      expect(webp.type).toBe("image/webp");
      await studio.drop(Uint8Array.from(webp.bytes), "holiday.webp", webp.type);
      await used("32×32 of 64×32 pixels");
      await studio.page.getByText("holiday.webp is of a format that the command does not read").waitFor();
      const hash = await run();
      await studio.page.getByText(/npx plenoptic metamer holiday\.png/).waitFor();
      const png = await downloadBy(studio.page, "holiday.png");
      const options = ["--crop", "32", "--max-iter", "3", "--model-option", "kernelSize=5"];
      expect((await runCommand(png, options)).sha256).toBe(hash);
    });

    it("as a JPEG for printers, which the command does not read: a PNG of it", async () => {
      await studio.open(settings);
      await studio.drop(
        readFileSync(new URL("../../../packages/data/test/fixtures/cmyk.jpg", import.meta.url)),
        "print.jpg",
      );
      await studio.page.getByText("print.jpg is of a format that the command does not read").waitFor();
      await used("16×16 of 16×16 pixels");
      await run();
    });

    it.each([1, 2, 3, 4, 5, 6, 7, 8])(
      "as a photograph that was held by number %i of EXIF: upright",
      async (orientation) => {
        await studio.open(settings);
        const { bytes } = await encodedByPage("image/jpeg", 96);
        const exif = [0xff, 0xe1, 0, 34, 0x45, 0x78, 0x69, 0x66, 0, 0, 0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1];
        exif.push(0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0);
        const jpeg = Uint8Array.from([...bytes.slice(0, 2), ...exif, ...bytes.slice(2)]);
        await studio.drop(jpeg, "phone.jpg", "image/jpeg");
        const [width, height] = orientation > 4 ? [48, 96] : [96, 48];
        await used(`of ${width}×${height} pixels`);
        if (orientation === 1) return;
        await studio.page.getByText("phone.jpg was turned upright").waitFor();
        await studio.page.getByLabel("Square of so many pixels").fill("");
        await studio.page.getByLabel("Square of so many pixels").blur();
        await used(`${width}×${height} of ${width}×${height} pixels`);
        await run();
        const png = await downloadBy(studio.page, "phone.png");
        // The browser turns such photographs by itself.
        const difference = await studio.page.evaluate(
          async (files) => {
            const [turned, shown] = await Promise.all(
              files.map(async (values) => {
                const bitmap = await createImageBitmap(new Blob([new Uint8Array(values)]));
                const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
                const context = canvas.getContext("2d") as OffscreenCanvasRenderingContext2D;
                context.drawImage(bitmap, 0, 0);
                return context.getImageData(0, 0, bitmap.width, bitmap.height).data;
              }),
            );
            return turned.length === shown.length
              ? Math.max(...turned.map((value, i) => Math.abs(value - shown[i])))
              : 999;
          },
          [[...png], [...jpeg]],
        );
        expect(difference).toBeLessThan(12);
      },
    );

    it.each([
      ["16 bits", leaning(48, 48, 1, 65535)],
      ["grey and alpha", leaning(48, 48, 2)],
      ["colour and alpha", leaning(48, 48, 4)],
    ])("as a PNG of %s, as the command reads it", async (_, pixels) => {
      await studio.open(settings);
      const png = encodePixels(pixels);
      await studio.drop(png);
      await used("48×48 of 48×48 pixels");
      const command = await runCommand(png, ["--max-iter", "3", "--model-option", "kernelSize=5"]);
      expect(await run()).toBe(command.sha256);
    });

    it("as one pixel, and as a line of 5000: what cannot be is said", async () => {
      await studio.open(settings);
      for (const [width, height] of [
        [1, 1],
        [1, 5000],
        [5000, 1],
      ]) {
        await studio.drop(encodePixels(leaning(width, height)));
        await used(`1×1 of ${width}×${height} pixels`);
        await studio.button("Run").or(studio.button("Start anew")).click();
        const alert = studio.page.getByRole("alert");
        await alert.or(studio.page.getByTestId("sha256")).first().waitFor();
        expect(await studio.alert()).toContain("needs a picture of at least 3 × 3");
      }
      await studio.drop(await smallPicture(32));
      await used("32×32 of 32×32 pixels");
      await run();
    });

    it("with a header that lies: nothing is taken for it", async () => {
      await studio.open(settings);
      const png = Uint8Array.from(await smallPicture(32));
      new DataView(png.buffer).setUint32(16, 4_000_000_000);
      await studio.drop(png);
      await expectAlert(/4000000000×32 pixels, which is more than this page can open/);
      const pgm = new TextEncoder().encode("P5 # large\n100000 100000\n255\n");
      await studio.drop(pgm, "large.pgm", "");
      await expectAlert(/100000×100000 pixels/);
      await studio.drop(await smallPicture(32));
      await used("32×32 of 32×32 pixels");
    });

    it("as a photograph of 24 megapixels: the page answers meanwhile", async () => {
      await studio.open(settings);
      const jpeg = await studio.page.evaluate(async () => {
        const canvas = new OffscreenCanvas(6000, 4000);
        const context = canvas.getContext("2d") as OffscreenCanvasRenderingContext2D;
        for (let i = 0; i < 4000; i++) {
          context.fillStyle = `hsl(${(i * 77) % 360} 60% ${20 + (i % 60)}%)`;
          context.fillRect((i * 977) % 6000, (i * 613) % 4000, 300, 200);
        }
        const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.9 });
        Object.assign(globalThis, { photograph: blob, longest: 0 });
        return blob.size;
      });
      expect(jpeg).toBeGreaterThan(300_000);
      const took = await studio.page.evaluate(async () => {
        new PerformanceObserver((list) => {
          for (const { duration } of list.getEntries())
            globalThis.longest = Math.max(globalThis.longest, duration);
        }).observe({ type: "longtask" });
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([globalThis.photograph], "large.jpg", { type: "image/jpeg" }));
        document.body.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true }));
        const start = performance.now();
        while (!document.body.textContent?.includes("256×256 of 6000×4000 pixels"))
          await new Promise((resolve) => setTimeout(resolve, 20));
        return performance.now() - start;
      });
      const longest = await studio.page.evaluate(() => globalThis.longest);
      // A second on two cores of 2020; the bound is for machines that do something else beside.
      expect(took).toBeLessThan(15_000);
      expect(longest).toBeLessThan(200);
      await run();
    });
  },
);
