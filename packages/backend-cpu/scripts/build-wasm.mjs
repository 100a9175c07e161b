// Compiles assembly/ to one SIMD WebAssembly module and embeds it as base64 in src/generated/wasm-binary.ts,
// so that it loads without a fetch or a file, in Node, in a page, in a worker and through any bundler.
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const root = fileURLToPath(new URL("..", import.meta.url));
process.chdir(root);

let binary;
const { error, stderr } = await asc.main(
  [
    "assembly/index.ts",
    "--outFile",
    "kernels.wasm",
    "--enable",
    "simd",
    "--runtime",
    "stub",
    "--optimizeLevel",
    "3",
    "--noAssert",
    // No relaxed SIMD and no fast-math pass: the same bits on every machine.
  ],
  {
    writeFile: (name, contents) => {
      if (name.endsWith(".wasm")) binary = contents;
    },
  },
);
if (error) {
  console.error(stderr.toString());
  process.exit(1);
}
mkdirSync("src/generated", { recursive: true });
const text = Buffer.from(binary).toString("base64");
writeFileSync(
  "src/generated/wasm-binary.ts",
  `// Built from assembly/ by scripts/build-wasm.mjs.\nexport const wasmBase64 =\n  "${text}";\n`,
);
console.log(`kernels: ${(binary.length / 1024).toFixed(0)} KiB of WebAssembly`);
