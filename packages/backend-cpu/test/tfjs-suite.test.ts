import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

interface Result {
  total: number;
  ran: number;
  passed: number;
  failed: number;
  pending: number;
  leftOut: number;
  failures: { file: string; spec: string; message: string }[];
  unmatched: string[];
}

const script = fileURLToPath(new URL("./tfjs-suite/run.mjs", import.meta.url));

async function run(dtype: string): Promise<Result> {
  const { stdout } = await promisify(execFile)(process.execPath, [script, dtype], { maxBuffer: 2 ** 28 });
  return JSON.parse(stdout.trim().split("\n").at(-1) as string);
}

/** The least share of the specs that is run. */
const shares = { float32: 0.95, float64: 0.9 };

describe("tfjs-core's own test suite", () => {
  for (const [dtype, share] of Object.entries(shares)) {
    it(`passes in ${dtype}, at least ${100 * share} % of its specs being run`, async () => {
      const { total, ran, passed, failed, pending, leftOut, failures, unmatched } = await run(dtype);
      console.log(
        `tfjs-core's suite, ${dtype}: ${total} specs, ${ran} run, ${passed} passed, ${failed} failed, ` +
          `${pending} pending by tfjs itself, ${leftOut} left out (${((100 * ran) / total).toFixed(1)} % run)`,
      );
      expect(failures).toEqual([]);
      // Rows of left-out.json that match no spec.
      expect(unmatched).toEqual([]);
      expect(total).toBeGreaterThan(4000);
      expect(pending).toBeLessThanOrEqual(5);
      expect(passed).toBe(ran - pending);
      expect(ran / total).toBeGreaterThanOrEqual(share);
    }, 120_000);
  }
});
