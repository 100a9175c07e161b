import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkImports } from "../check-imports.mjs";

const packages = fileURLToPath(new URL("../../packages", import.meta.url));

describe("the import rules", () => {
  let copy: string;
  beforeEach(() => {
    copy = join(mkdtempSync(join(tmpdir(), "plenoptic-imports-")), "packages");
    cpSync(packages, copy, { recursive: true, filter: (path) => !/node_modules|dist$|fixtures/.test(path) });
  });
  afterEach(() => rmSync(join(copy, ".."), { recursive: true, force: true }));

  const plant = (file: string, line: string) => {
    const path = join(copy, file);
    writeFileSync(path, `${line}\n${readFileSync(path, "utf8")}`);
  };

  it("hold", () => expect(checkImports(packages)).toEqual([]));

  it.each([
    [
      "synthesis/src/metamer.ts",
      'import { Gaussian } from "@plenoptic/models";',
      /synthesis must not import @plenoptic\/models/,
    ],
    [
      "losses/src/mse.ts",
      'import type { Tensor as T } from "@tensorflow/tfjs-core";',
      /only tensor and backend-\* may import/,
    ],
    [
      "tensor/src/index.ts",
      'export * from "@plenoptic/losses";',
      /tensor must not import @plenoptic\/losses/,
    ],
    [
      "data/src/index.ts",
      'const later = () => import("@plenoptic/process");',
      /data must not import @plenoptic\/process/,
    ],
    ["optim/src/adam.ts", 'import { x } from "left-pad";', /left-pad is not among the dependencies/],
    ["losses/src/mse.ts", 'import "./index.js";', /cycle: .*mse\.ts → .*index\.ts/],
  ])("a violation planted in %s is found: %s", (file, line, words) => {
    plant(file, line);
    expect(checkImports(copy).join("\n")).toMatch(words);
  });
});
