import { beforeAll, describe, expect, it } from "vitest";
import { runCommand } from "./command.js";
import { smallPicture } from "./picture.js";
import { chromiumIsNeeded, downloadBy, hasChromium } from "./studio-page.js";
import { type RunRecord, useStudio } from "./use-studio.js";

/** Runs in the worker: a machine that gives so many bytes to WebAssembly, and no more. */
function limitMemory(bytes: number): void {
  const { grow } = WebAssembly.Memory.prototype;
  WebAssembly.Memory.prototype.grow = function (pages) {
    if (this.buffer.byteLength + pages * 65536 > bytes)
      throw new RangeError("WebAssembly.Memory.grow(): Maximum memory size exceeded");
    return grow.call(this, pages);
  };
}

/** Runs in the worker: the n-th copy of an array of so many values cannot be had. */
function limitArrays(size: number, count: number): void {
  const { slice } = Float32Array.prototype;
  let copies = 0;
  Float32Array.prototype.slice = function (...range) {
    if (this.length === size && ++copies === count) throw new RangeError("Array buffer allocation failed");
    return slice.apply(this, range) as Float32Array<ArrayBuffer>;
  };
}

/** Runs in the worker: a GPU whose buffers hold little. */
function limitBuffers(bytes: number): void {
  const { prototype } = GPUDevice;
  const limits = Object.getOwnPropertyDescriptor(prototype, "limits");
  Object.defineProperty(prototype, "limits", {
    get() {
      const real = limits?.get?.call(this);
      return new Proxy(real, {
        get: (_, name) => (/maxBufferSize|BindingSize/.test(String(name)) ? bytes : real[name]),
      });
    },
  });
}

describe.skipIf(!hasChromium)(
  `the studio when something breaks ${chromiumIsNeeded}`,
  { timeout: 120_000, retry: 1 },
  () => {
    const studio = useStudio(["--host-resolver-rules=MAP studio.test 127.0.0.1"]);
    let picture: Uint8Array;
    beforeAll(async () => {
      picture = await smallPicture(64);
    });

    const begin = async (settings: string, bytes = picture, side = 64) => {
      await studio.open(`device=cpu&${settings}`);
      await studio.drop(bytes);
      await studio.page.getByText(`of ${side}×${side} pixels`).waitFor();
      await studio.button("Run").click();
    };
    const expectAlert = (text: string | RegExp) =>
      expect.poll(() => studio.alert(), { timeout: 20_000 }).toMatch(text);
    const crop = async (side: number) => {
      await studio.page.getByLabel("Square of so many pixels").fill(`${side}`);
      await studio.page.getByLabel("Square of so many pixels").blur();
      await studio.page.getByText(`${side}×${side} of`).waitFor();
    };
    const record = async () =>
      JSON.parse((await downloadBy(studio.page, "metamer.json")).toString()) as RunRecord;

    it("has not enough memory for a texture: a smaller picture does, without a reload", async () => {
      await studio.inWorkers(limitMemory, 32 * 2 ** 20);
      await begin("model=PortillaSimoncelli&max-iter=3", await smallPicture(256), 256);
      await expectAlert("not enough memory");
      await crop(128);
      await studio.button("Start anew").click();
      await studio.end();
      expect(await studio.iteration()).toBe(3);
    });

    it("has not enough memory once it has many images: what there is can be taken away", async () => {
      await studio.inWorkers(limitArrays, 64 * 64, 60);
      await begin("model-option.kernelSize=5&max-iter=5000&stop-criterion=0&store-progress=1");
      await expectAlert("not enough memory");
      const made = await record();
      expect(made.iterations).toBeGreaterThan(5);
      expect(made.losses.length).toBe(made.iterations);
      const file = await downloadBy(studio.page, "metamer.pt");
      expect(file.length).toBeGreaterThan(64 * 64 * 4 * made.iterations);
    });

    it("has a GPU whose buffers are too small", async () => {
      await studio.inWorkers(limitBuffers, 16_000);
      await begin("device=webgpu&model-option.kernelSize=5&max-iter=3");
      await expectAlert("not enough memory");
      await crop(32);
      await studio.button("Run").click();
      await studio.end();
    });

    it("is served over http: there are no hashes, locks and cameras of the browser's, and it works", async () => {
      const plain = studio.host.address.replace("127.0.0.1", "studio.test");
      await studio.page.goto(`${plain}#device=cpu&max-iter=5&model-option.kernelSize=5`);
      expect(await studio.page.evaluate(() => isSecureContext)).toBe(false);
      await studio.drop(picture);
      await studio.page.getByText("64×64 of 64×64 pixels").waitFor();
      await studio.button("Run").click();
      const command = await runCommand(picture, ["--max-iter", "5", "--model-option", "kernelSize=5"]);
      expect(await studio.end()).toBe(command.sha256);
      await studio.button("Copy link").click();
      await studio.button("Link copied").waitFor();
      expect(await studio.button("Camera…").count()).toBe(0);
    });

    it("has no worker, because its host lacks a file: it says so, and tries again when asked", async () => {
      let isMissing = true;
      await studio.context.route("**/assets/main-*.js", (route) =>
        isMissing ? route.fulfill({ status: 404, body: "not found" }) : route.continue(),
      );
      await studio.page.goto(`${studio.host.address}#device=cpu&max-iter=3`);
      await expectAlert("The part of the page that computes did not start. Reload the page.");
      isMissing = false;
      await studio.page.reload();
      await studio.page.getByText("256×256 of").waitFor();
      await studio.button("Run").click();
      await studio.end();
      studio.complaints.length = 0;
    });

    it("has no script, or no WebAssembly with SIMD: it does not stay empty", async () => {
      await studio.context.route("**/assets/index-*.js", (route) => route.fulfill({ status: 404, body: "" }));
      await studio.page.goto(studio.host.address);
      await expectAlert("The page did not start. Reload it.");
      await studio.context.unroute("**/assets/index-*.js");
      await studio.context.route("**/assets/index-*.js", (route) =>
        route.fulfill({ contentType: "text/javascript", body: "let newer syntax = 1;" }),
      );
      await studio.page.reload();
      await expectAlert("this browser is too old for it");
      await studio.context.unroute("**/assets/index-*.js");
      await studio.page.addInitScript(() => {
        WebAssembly.validate = () => false;
      });
      await studio.page.reload();
      await expectAlert("too old for the page, which needs WebAssembly with SIMD");
      studio.complaints.length = 0;
    });

    it.each([
      ["no storage at all", "open"],
      ["a full one", "put"],
    ])("has %s: it says that work is not kept", async (_, what) => {
      await studio.page.addInitScript((what) => {
        if (what === "put") {
          IDBObjectStore.prototype.put = () => {
            throw new DOMException("The quota has been exceeded.", "QuotaExceededError");
          };
          return;
        }
        const refuse = () => {
          throw new DOMException("Access is denied for this document.", "SecurityError");
        };
        IDBFactory.prototype.open = refuse;
        Object.defineProperty(window, "sessionStorage", { get: refuse });
      }, what);
      await begin("max-iter=20&model-option.kernelSize=5");
      await studio.end();
      await studio.page.getByText("keeps nothing for the next visit").waitFor();
      expect(await studio.page.getByTestId("kept").count()).toBe(0);
      expect((await downloadBy(studio.page, "metamer.pt")).length).toBeGreaterThan(1000);
      await studio.button("Delete what is kept").click();
      await studio.button("Run").waitFor();
    });

    it("may not copy: it says so, and shows what was to be copied", async () => {
      await studio.page.addInitScript(() => {
        // The empty page before has none.
        if (!("Clipboard" in window)) return;
        Clipboard.prototype.writeText = () => Promise.reject(new DOMException("no", "NotAllowedError"));
        Document.prototype.execCommand = () => false;
      });
      await begin("max-iter=3&model-option.kernelSize=5");
      await studio.end();
      await studio.button("Copy link").click();
      await expectAlert(/does not let the page copy.*max-iter=3/);
    });

    it("is given a picture that is too small for the texture model", async () => {
      await begin("model=PortillaSimoncelli&max-iter=3", await smallPicture(16), 16);
      await expectAlert(/16 × 16 halved/);
      await studio.drop(await smallPicture(128));
      await studio.page.getByText("128×128 of").waitFor();
      await studio.button("Run").click();
      await studio.end();
    });
  },
);
