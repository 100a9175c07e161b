import { readdirSync } from "node:fs";
import { defineConfig } from "vitest/config";
import { softwareVulkan } from "./scripts/lib/software-vulkan.mjs";

const root = new URL(".", import.meta.url).pathname;

// Before the workers start: the loader of shared libraries reads its path only then.
Object.assign(process.env, softwareVulkan());

// Tests run against the sources, so that a failing line is the line people edit.
const packages = readdirSync(`${root}packages`).map((folder) => ({
  find: new RegExp(`^${folder === "plenoptic" ? "plenoptic" : `@plenoptic/${folder}`}$`),
  replacement: `${root}packages/${folder}/src/index.ts`,
}));
// Modules that packages export beside their main one: "plenoptic/webgpu".
const parts = [
  { find: /^plenoptic\/(webgpu|node)$/, replacement: `${root}packages/plenoptic/src/$1.ts` },
  { find: /^@plenoptic\/cli\/settings$/, replacement: `${root}packages/cli/src/settings.ts` },
  {
    find: /^@plenoptic\/testing\/conformance$/,
    replacement: `${root}packages/testing/src/conformance/index.ts`,
  },
  {
    find: /^@plenoptic\/testing\/vitest$/,
    replacement: `${root}packages/testing/src/describe-conformance.ts`,
  },
];
const examples = readdirSync(`${root}examples`).map((folder) => ({
  find: folder,
  replacement: `${root}examples/${folder}/index.mjs`,
}));
const alias = [...packages, ...parts, ...examples];

export default defineConfig({
  resolve: { alias },
  test: {
    root,
    include: [
      "packages/*/test/**/*.test.ts",
      "apps/*/test/**/*.test.ts",
      "scripts/test/**/*.test.ts",
      "docs/test/**/*.test.ts",
    ],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});
