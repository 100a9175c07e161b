import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { offline } from "./build/offline.js";

const packages = fileURLToPath(new URL("../../packages/", import.meta.url));

// The page is made from the packages' sources: what is not used of them is left out, and nothing can be stale.
const alias = [
  { find: /^@plenoptic\/cli\/settings$/, replacement: `${packages}cli/src/settings.ts` },
  ...readdirSync(packages)
    .filter((name) => name !== "plenoptic")
    .map((name) => ({
      find: new RegExp(`^@plenoptic/${name}$`),
      replacement: `${packages}${name}/src/index.ts`,
    })),
];

// Files are saved with the names of functions: a loss must not be called "qc".
const output = { keepNames: true };

export default defineConfig({
  // A host may serve the page from any of its folders.
  base: "./",
  root: fileURLToPath(new URL(".", import.meta.url)),
  resolve: { alias, mainFields: ["module", "browser", "main"] },
  worker: { format: "es", rolldownOptions: { output } },
  build: {
    target: "es2022",
    // Preloading by script would put addresses where the policy of the page allows none.
    modulePreload: false,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 2000,
    rolldownOptions: { output, onwarn: ignoreNodeModules },
  },
  plugins: [offline()],
});

/** The packages ask Node for files only where there is a Node. */
function ignoreNodeModules(warning: { message?: string }, warn: (warning: never) => void): void {
  if (!warning.message?.includes("has been externalized for browser compatibility")) warn(warning as never);
}
