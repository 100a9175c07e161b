import { describe, expect, it } from "vitest";
import { noAdapter, noPackage, noWebGpu, type Place, thisPlace, tooLarge } from "../src/messages.js";

const page = (userAgent: string, isSecure = true, platform = ""): Place => ({
  host: "page",
  platform,
  userAgent,
  isSecure,
});
const agents = {
  chrome:
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/112.0.0.0 Safari/537.36",
  edge: "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/112.0 Safari/537.36 Edg/112.0",
  firefox: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
  safari: "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Safari/605.1.15",
};

describe("advice when WebGPU is missing", () => {
  it("names the version and the switch of the browser at hand", () => {
    expect(noWebGpu(page(agents.chrome, true, "linux"))).toMatch(/113.*--enable-unsafe-webgpu/s);
    expect(noWebGpu(page(agents.edge))).toMatch(/113/);
    expect(noWebGpu(page(agents.edge))).not.toMatch(/unsafe/);
    expect(noWebGpu(page(agents.firefox))).toMatch(/141.*145.*dom\.webgpu\.enabled/s);
    expect(noWebGpu(page(agents.safari))).toMatch(/Safari.*26/s);
    expect(noWebGpu(page("something else"))).toMatch(/Chrome.*Safari.*Firefox/s);
  });

  it("speaks of https when the page is not secure, whatever the browser", () => {
    expect(noWebGpu(page(agents.chrome, false))).toMatch(/https/);
  });

  it("says where the reason is written when there is no adapter", () => {
    expect(noAdapter(page(agents.chrome, true, "linux"))).toMatch(/chrome:\/\/gpu.*--enable-unsafe-webgpu/s);
    expect(noAdapter(page(agents.firefox))).toMatch(/about:support/);
    expect(noAdapter({ ...thisPlace(), platform: "linux" })).toMatch(/Vulkan.*libvulkan1.*VK_ICD_FILENAMES/s);
    expect(noAdapter({ ...thisPlace(), platform: "win32" })).toMatch(/Direct3D 12/);
  });

  it("always names the way without a GPU", () => {
    const all = [
      noWebGpu(page(agents.safari)),
      noWebGpu(page("", false)),
      noAdapter(thisPlace()),
      noPackage(""),
    ];
    for (const message of all) expect(message).toContain('useBackend("cpu")');
  });

  it("says how to install the package for Node, and what went wrong with one that is there", () => {
    expect(noPackage("")).toMatch(/npm install webgpu/);
    expect(noPackage("GLIBC_2.35 not found")).toMatch(/GLIBC_2.35 not found/);
  });

  it("gives the limit and the need of a tensor that is too large", () => {
    expect(tooLarge([1, 3, 16384, 16384], 3 * 2 ** 30, 128 * 2 ** 20)).toMatch(
      /\[1, 3, 16384, 16384\] needs 3 GiB.*at most 128 MiB/s,
    );
  });
});
