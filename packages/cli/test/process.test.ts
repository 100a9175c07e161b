import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runHere, runProcess, temporaryFolder, unbuilt } from "./run-command.js";

const endless = ["metamer", "--crop", "48", "--max-iter", "100000000", "--stop-criterion", "0"];

describe.skipIf(unbuilt)(`the command as users run it${unbuilt ? ` (${unbuilt})` : ""}`, () => {
  const cwd = temporaryFolder();
  const report = (folder: string) => JSON.parse(readFileSync(join(cwd, folder, "progress.json"), "utf8"));

  it("gives the bits that the sources give", async () => {
    const args = ["metamer", "--crop", "48", "--model", "OnOff", "--max-iter", "10", "--seed", "3"];
    const [built, here] = [
      await runProcess([...args, "--out", "built"], { cwd }),
      await runHere([...args, "--out", "here"], { cwd }),
    ];
    expect(built).toMatchObject({ code: 0 });
    expect(here).toMatchObject({ code: 0 });
    expect(report("built").sha256).toBe(report("here").sha256);
  });

  it("gives exit code 2 for bad usage, 1 for what fails, 0 for help", async () => {
    const codes = await Promise.all(
      [["metamer", "--max-iter", "0"], ["metamer", "nowhere.png"], ["--help"]].map((args) =>
        runProcess(args, { cwd }),
      ),
    );
    expect(codes.map(({ code }) => code)).toEqual([2, 1, 0]);
  });

  it.skipIf(process.platform === "win32")("stops at Ctrl-C and writes what there is", async () => {
    let sent = false;
    const watch = (stderr: string, kill: (signal: NodeJS.Signals) => void) => {
      if (sent || !stderr.includes("iteration")) return;
      sent = true;
      kill("SIGINT");
    };
    const ran = await runProcess([...endless, "--out", "stopped"], { cwd, watch });
    expect(ran.code).toBe(130);
    expect(ran.stderr).toContain("press Ctrl-C again");
    expect(report("stopped")).toMatchObject({ outcome: "interrupted" });
    expect(existsSync(join(cwd, "stopped", "metamer.png"))).toBe(true);
  });

  it.skipIf(process.platform === "win32")("quits at the second Ctrl-C, at once", async () => {
    // Both are sent before the process looks at either: it stops with nothing written, or after the last iteration.
    let sent = 0;
    const watch = (stderr: string, kill: (signal: NodeJS.Signals) => void) => {
      if (sent === 0 && stderr.includes("iteration")) kill("SIGINT");
      if (sent === 1 && stderr.includes("Stopping")) kill("SIGTERM");
      sent += stderr.includes("iteration") ? 1 : 0;
    };
    const ran = await runProcess([...endless, "--out", "twice"], { cwd, watch });
    expect(ran.code).toBe(130);
  });

  it.skipIf(process.platform === "win32")("a killed run resumes to the bits of an unbroken one", async () => {
    const args = ["metamer", "--crop", "64", "--stop-criterion", "0", "--max-iter", "3000", "--seed", "9"];
    let killed = false;
    const watch = (stderr: string, kill: (signal: NodeJS.Signals) => void) => {
      if (killed || !/iteration [1-9]\d{2,}\/3000/.test(stderr)) return;
      killed = true;
      kill("SIGKILL");
    };
    const broken = await runProcess([...args, "--checkpoint-every", "7", "--out", "broken"], { cwd, watch });
    expect(broken.code).toBe(null);
    expect(existsSync(join(cwd, "broken", "progress.json"))).toBe(false);
    const resumed = await runProcess([...args, "--resume", "broken/metamer.pt", "--out", "broken"], { cwd });
    expect(resumed).toMatchObject({ code: 0 });
    await runProcess([...args, "--out", "unbroken"], { cwd });
    expect(report("broken").resumedFrom % 7).toBe(0);
    expect(report("broken").sha256).toBe(report("unbroken").sha256);
    expect(report("broken").losses).toEqual(report("unbroken").losses);
  });
});
