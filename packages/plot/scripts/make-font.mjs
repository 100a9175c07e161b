// Makes src/font-data.ts and src/font-widths.ts: the parts of Inter that figures need, so that they look the same everywhere.
// Their results are committed; run this again after changing the characters or the version of the font.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import subsetFont from "subset-font";

const require = createRequire(import.meta.url);
const range = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => String.fromCodePoint(from + i));
// Latin with accents, Greek, superscripts, dashes and quotes, arrows, and the signs of measures and norms.
const characters = [
  ...range(0x20, 0x7e),
  ...range(0xa0, 0x17f),
  ...range(0x391, 0x3c9),
  ..."‐–—‘’“”•…⁰⁴⁵⁶⁷⁸⁹⁻⁺₀₁₂₃₄₅₆₇₈₉←↑→↓−×·∞≈≠≤≥√∂∇∑∏∫±‖",
].join("");

/** Advance widths of printable ASCII, in thousandths of the font size, from the tables cmap (format 4 or 12) and hmtx. */
function widths(font) {
  const view = new DataView(font.buffer, font.byteOffset, font.byteLength);
  const tables = {};
  for (let i = 0; i < view.getUint16(4); i++) {
    const at = 12 + 16 * i;
    tables[font.toString("latin1", at, at + 4)] = view.getUint32(at + 8);
  }
  const unitsPerEm = view.getUint16(tables.head + 18);
  const measured = view.getUint16(tables.hhea + 34);
  const glyph = glyphFinder(view, tables.cmap);
  const advance = (code) => view.getUint16(tables.hmtx + 4 * Math.min(glyph(code), measured - 1));
  return range(0x20, 0x7e).map((c) => Math.round((1000 * advance(c.codePointAt(0))) / unitsPerEm));
}

function glyphFinder(view, cmap) {
  for (let i = 0; i < view.getUint16(cmap + 2); i++) {
    const table = cmap + view.getUint32(cmap + 8 + 8 * i);
    if (view.getUint16(table) !== 4) continue;
    const segments = view.getUint16(table + 6) / 2;
    const [ends, starts] = [table + 14, table + 16 + 2 * segments];
    const [deltas, offsets] = [starts + 2 * segments, starts + 4 * segments];
    return (code) => {
      for (let s = 0; s < segments; s++) {
        if (code > view.getUint16(ends + 2 * s)) continue;
        const start = view.getUint16(starts + 2 * s);
        if (code < start) return 0;
        const offset = view.getUint16(offsets + 2 * s);
        if (!offset) return (code + view.getUint16(deltas + 2 * s)) & 0xffff;
        return view.getUint16(offsets + 2 * s + offset + 2 * (code - start));
      }
      return 0;
    };
  }
  throw new Error("The font has no character map of format 4.");
}

const files = { regular: "400Regular/Inter_400Regular.ttf", bold: "600SemiBold/Inter_600SemiBold.ttf" };
const data = [
  "/** Parts of the font Inter (SIL Open Font License 1.1), TrueType in base64: made by scripts/make-font.mjs. */",
];
const table = [
  "/** Advance widths of the characters 0x20 to 0x7e in thousandths of the font size: made by scripts/make-font.mjs. */",
];
for (const [name, file] of Object.entries(files)) {
  const font = readFileSync(require.resolve(`@expo-google-fonts/inter/${file}`));
  const subset = await subsetFont(font, characters, {
    targetFormat: "truetype",
    noLayoutClosure: true,
    preserveNameIds: [1, 2, 4, 6, 16, 17],
  });
  data.push(`export const ${name} =\n  "${subset.toString("base64")}";`);
  table.push(`export const ${name} = [${widths(font).join(", ")}];`);
  console.log(name, font.length, "→", subset.length);
}
writeFileSync(new URL("../src/font-data.ts", import.meta.url), `${data.join("\n")}\n`);
writeFileSync(new URL("../src/font-widths.ts", import.meta.url), `${table.join("\n")}\n`);
