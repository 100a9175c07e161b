import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as plenoptic from "plenoptic";
import { describe, expect, it } from "vitest";

const read = (path: string) => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), "utf8");
const names: string[] = JSON.parse(read("peer/names.json"));
const rows = [
  ...read("FEATURES.md").matchAll(
    /^\| `([\w.]+)` \| (?:`([\w.]+)`|–) \| (have|different|not yet) \| (.*) \|$/gm,
  ),
].map(([, reference, ours, state, note]) => ({ reference: `plenoptic.${reference}`, ours, state, note }));

/** Objects of the classes whose members the page lists. */
const objects = {
  Metamer: () => new plenoptic.Metamer(plenoptic.rand([1, 1, 4, 4]), (x) => plenoptic.ops.square(x)),
  MetamerCTF: () => {
    const options = { nScales: 1, nOrientations: 2, spatialCorrWidth: 3 };
    const model = new plenoptic.models.PortillaSimoncelli([16, 16], options);
    return new plenoptic.MetamerCTF(plenoptic.rand([1, 1, 16, 16]), model);
  },
};

/** What a dotted name means, in the façade; members of classes are looked for on an object. */
function find(path: string): boolean {
  const [first, ...rest] = path.split(".");
  if (first in objects && rest.length > 0) {
    const object = objects[first as keyof typeof objects]();
    const found = rest[0] in object;
    object.dispose();
    return found;
  }
  let at: unknown = plenoptic;
  for (const part of [first, ...rest]) at = (at as Record<string, unknown> | undefined)?.[part];
  return at !== undefined;
}

describe("FEATURES.md", () => {
  it("lists each public name of the reference exactly once, and nothing else", () => {
    expect(rows.map(({ reference }) => reference).sort()).toEqual([...names].sort());
  });

  it.each(rows.filter(({ ours }) => ours))("$reference is $ours, which is exported", ({ ours }) => {
    expect(find(ours)).toBe(true);
  });

  it("claims nothing without a name, unless a note says why", () => {
    for (const { ours, state, note, reference } of rows) {
      if (state === "have") expect(ours, reference).toBeDefined();
      if (state === "not yet") expect(ours, reference).toBeUndefined();
      if (state === "different") expect(note.length, reference).toBeGreaterThan(10);
    }
  });
});
