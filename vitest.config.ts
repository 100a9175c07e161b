import { readdirSync } from "node:fs";
import { defineConfig } from "vitest/config";

const root = new URL(".", import.meta.url).pathname;

// Tests run against the sources, so that a failing line is the line people edit.
const alias = readdirSync(`${root}packages`).map((folder) => ({
  find: new RegExp(`^${folder === "plenoptic" ? "plenoptic" : `@plenoptic/${folder}`}$`),
  replacement: `${root}packages/${folder}/src/index.ts`,
}));

export default defineConfig({
  resolve: { alias },
  test: {
    root,
    include: [
      "packages/*/test/**/*.test.ts",
      "scripts/test/**/*.test.ts",
      "docs/test/**/*.test.ts",
      "examples/*/test/**/*.test.ts",
    ],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});
