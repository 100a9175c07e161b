// Draws the figures of docs/gallery.md into docs/gallery/, with what is built. Run it after a change of a figure that is meant.
// `--metamer FILE.pt` saves the metamer too, for peer/gallery.py, which draws it with the reference.
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gallery } from "../docs/gallery/figures.mjs";

const folder = fileURLToPath(new URL("../docs/gallery/", import.meta.url));
for (const name of readdirSync(folder)) if (/\.(svg|png|gif)$/.test(name)) rmSync(`${folder}${name}`);

const { figures, film, metamer } = await gallery();
const at = process.argv.indexOf("--metamer");
if (at > 0) await metamer.save(process.argv[at + 1]);

for (const [name, figure] of Object.entries(figures))
  writeFileSync(`${folder}${name}.svg`, `${figure.toSVG()}\n`);
writeFileSync(`${folder}synthesis-status.png`, await figures["synthesis-status"].toPNG());
writeFileSync(
  `${folder}synthesis-status-dark.png`,
  await figures["synthesis-status"].toPNG({ theme: "dark" }),
);
writeFileSync(`${folder}portilla-simoncelli.png`, await figures["portilla-simoncelli"].toPNG());
writeFileSync(`${folder}synthesis-animate.gif`, await film.toGIF());
console.log(readdirSync(folder).join(" "));
