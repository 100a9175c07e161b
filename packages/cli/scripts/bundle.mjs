// Puts the command and all it needs into a few files beside the modules in dist/: reading hundreds of small modules
// would take longer than many a synthesis. What the bundle reads as files (a decoder's WebAssembly, the photograph)
// stays in its packages, which is why they are dependencies of this one.
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const dist = fileURLToPath(new URL("../dist/", import.meta.url));
for (const file of readdirSync(dist)) if (file.includes(".bundle.")) rmSync(join(dist, file));

const { metafile } = await build({
  entryPoints: [join(dist, "run.js"), join(dist, "run-metamer.js")],
  outdir: dist,
  entryNames: "[name].bundle",
  chunkNames: "[name]-[hash].bundle",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  // The library prints the names of functions and classes.
  keepNames: true,
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: "none",
  mainFields: ["module", "main"],
  // `webgpu` is native code for Node, and only there when somebody installed it.
  external: ["./run-metamer.js", "webgpu"],
  banner: {
    js: 'import { createRequire as createRequireForBundle } from "node:module"; const require = createRequireForBundle(import.meta.url);',
  },
  logLevel: "warning",
  metafile: true,
});

/** The folder of the package that a bundled file belongs to. */
const packageFolder = (input) => input.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/)?.[0];

const folders = new Set(Object.keys(metafile.inputs).map(packageFolder).filter(Boolean));
const notices = [...folders].sort().map((folder) => {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file ? readFileSync(join(folder, file), "utf8").trim() : `License: ${license}`;
  return `${name} ${version}\n\n${text}\n`;
});
writeFileSync(join(dist, "THIRD-PARTY-LICENSES.txt"), notices.join(`\n${"-".repeat(80)}\n\n`));
