import "@plenoptic/backend-cpu";
import { describe, expect, it } from "vitest";
import { inChromium, noChromium } from "./chromium.js";
import { runChecks } from "./page/checks.js";
import { relativeError } from "./support.js";

const title = (text: string) => (noChromium ? `${text} (${noChromium})` : text);

describe.skipIf(noChromium)(title("WebGPU in Chromium"), () => {
  it("computes what the host does in doubles, in a page and in a worker, and leaves nothing behind", async () => {
    const expected = await runChecks({ device: "cpu", dtype: "float64" });
    const [inPage, inWorker, gpu] = await inChromium(async ({ page, worker }) => [
      await page("checks"),
      await worker("checks"),
      await page("gpu"),
    ]);
    expect(gpu?.maxTensorBytes).toBeGreaterThanOrEqual(2 ** 27);
    for (const { values, left } of [inPage, inWorker]) {
      expect(left).toEqual([0, 0]);
      expect(Object.keys(values)).toEqual(Object.keys(expected.values));
      for (const [name, list] of Object.entries(values)) {
        expect(relativeError(list, expected.values[name]), name).toBeLessThan(2e-5);
      }
    }
  });

  it("reports a lost device, a fault of the GPU and a tensor that is too large", async () => {
    const [loss, faults] = await inChromium(async ({ page, worker }) => [
      await worker("loss"),
      await page("faults"),
    ]);
    expect(loss.errors.map((error) => error?.code)).toEqual(["device-lost", "device-lost"]);
    expect(loss.values).toEqual([2, 3]);
    expect(faults.gpu).toMatchObject({ name: "DeviceError", code: "device" });
    expect(faults.gpu?.message).toMatch(/results are not to be trusted/);
    expect(faults.large?.message).toMatch(/4096, 4096, 256.*16 GiB.*at most/s);
    expect(faults.after).toEqual([6]);
  });

  it("says what to do where there is no GPU, and where the page is not secure", async () => {
    const noGpu = await inChromium(({ page }) => page("start"), { hasWebGpu: false });
    expect(noGpu).toMatchObject({ name: "DeviceError", code: "device" });
    expect(noGpu?.message).toMatch(/chrome:\/\/gpu.*--enable-unsafe-webgpu.*useBackend\("cpu"\)/s);
    const insecure = await inChromium(({ page }) => page("start"), { isSecure: false });
    expect(insecure?.message).toMatch(/https/);
  });
});
