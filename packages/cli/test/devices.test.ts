import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { runHere, temporaryFolder } from "./run-command.js";

const small = ["--crop", "24", "--model-option", "kernelSize=9", "--max-iter", "4"];
const report = (folder: string) => JSON.parse(readFileSync(join(folder, "progress.json"), "utf8"));

describe("--device", () => {
  const cwd = temporaryFolder();
  afterEach(() => vi.unstubAllEnvs());

  it("auto says what it chose and why, remembers it, and gives the bits of the device it chose", async () => {
    vi.stubEnv("PLENOPTIC_CACHE_DIR", join(cwd, "cache"));
    vi.stubEnv("PLENOPTIC_TFJS_NODE", join(cwd, "nowhere"));
    vi.stubEnv("VK_ICD_FILENAMES", join(cwd, "no-driver.json"));
    const first = await runHere(["metamer", ...small, "--device", "auto", "--out", "auto"], { cwd });
    expect(first.stderr).toMatch(/Chose cpu\. cpu: [\d.e-]+ ms for a gradient of Gaussian at 1×1×24×24/);
    expect(first.stderr).toMatch(/Left out: .*node: PLENOPTIC_TFJS_NODE is /s);
    expect(first.code).toBe(0);
    expect(existsSync(join(cwd, "cache", "devices.json"))).toBe(true);
    await runHere(["metamer", ...small, "--out", "cpu"], { cwd });
    const [auto, cpu] = [report(join(cwd, "auto")), report(join(cwd, "cpu"))];
    expect(auto.sha256).toBe(cpu.sha256);
    expect(auto).toMatchObject({ device: "cpu", dtype: "float32" });
    expect(auto.computedBy).toContain("Chose cpu");
  });

  it("float64 is on cpu: auto finds it, others say who has it", async () => {
    const wide = ["metamer", ...small, "--dtype", "float64"];
    const auto = await runHere([...wide, "--device", "auto", "--out", "wide"], { cwd });
    expect(auto.code).toBe(0);
    expect(report(join(cwd, "wide"))).toMatchObject({ device: "cpu", dtype: "float64" });
    const webgpu = await runHere([...wide, "--device", "webgpu", "--out", "none"], { cwd });
    expect(webgpu.code).toBe(1);
    expect(webgpu.stderr).toMatch(/"webgpu" has no float64; backends with float64: cpu/);
  });

  it("a backend that is not here says how to get it, before anything is written", async () => {
    vi.stubEnv("PLENOPTIC_TFJS_NODE", join(cwd, "nowhere"));
    const { code, stderr } = await runHere(["metamer", ...small, "--device", "node", "--out", "gone"], {
      cwd,
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/PLENOPTIC_TFJS_NODE is .*Set it to the folder/s);
    expect(existsSync(join(cwd, "gone"))).toBe(false);
  });

  it("an unknown device is bad usage", async () => {
    const { code, stderr } = await runHere(["metamer", "--device", "cuda"], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain("cpu, webgpu, node, auto");
  });
});
