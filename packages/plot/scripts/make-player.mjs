// Makes src/player-script.ts: the player of films as one line of script, for pages that stand alone.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** The player as a script that leaves `plenopticPlayer` behind. */
export async function playerScript() {
  const { outputFiles } = await build({
    stdin: {
      contents: 'export { mountPlayer } from "./player.ts";',
      resolveDir: fileURLToPath(new URL("../src", import.meta.url)),
    },
    bundle: true,
    minify: true,
    format: "iife",
    globalName: "plenopticPlayer",
    target: "es2020",
    charset: "ascii",
    supported: { "template-literal": false },
    write: false,
  });
  return outputFiles[0].text.trim();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const script = JSON.stringify(await playerScript()).replaceAll("<", "\\u003c");
  const text = `/** src/player.ts for pages that stand alone: made by scripts/make-player.mjs. */\nexport const playerScript =\n  ${script};\n`;
  writeFileSync(new URL("../src/player-script.ts", import.meta.url), text);
}
