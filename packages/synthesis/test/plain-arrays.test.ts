import "@plenoptic/backend-cpu";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { Gaussian, PortillaSimoncelli } from "@plenoptic/models";
import { Metamer, plainArrays, savedArrays } from "@plenoptic/synthesis";
import { mean, rand, readSync, setSeed, sub, tensor } from "@plenoptic/tensor";
import { hasGoldens, sharedDir, skipReason } from "@plenoptic/testing";
import { describe, expect, it } from "vitest";

const rowMeans = (x: ReturnType<typeof rand>) => mean(x, 3);

async function synthesized(storeProgress: number) {
  setSeed(0);
  const metamer = new Metamer(rand([1, 1, 8, 8]), rowMeans);
  await metamer.synthesize({ maxIter: 7, storeProgress });
  return metamer;
}

describe("plainArrays", () => {
  it("has the same numbers as the object, and keeps them when synthesis goes on", async () => {
    const metamer = await synthesized(3);
    const { losses, savedMetamer } = metamer;
    const plain = await plainArrays(metamer);
    await metamer.synthesize({ maxIter: 2, storeProgress: 3 });
    expect(plain.losses).toEqual(losses);
    expect(plain.savedMetamer.map(({ data }) => data)).toEqual(savedMetamer);
    expect(plain.metamer).toEqual({ data: savedMetamer[3], shape: [1, 1, 8, 8] });
    expect(plain.image.data).toEqual(readSync(metamer.image));
  });

  it("has the errors of the representation at the iterations asked for, by stored image", async () => {
    const metamer = await synthesized(3);
    const plain = await plainArrays(metamer, { errorsAt: [null, 4, -1] });
    const expected = (frame: number) =>
      readSync(
        sub(rowMeans(tensor(metamer.savedMetamer[frame], [1, 1, 8, 8])), metamer.targetRepresentation),
      );
    // Iteration 4 goes with that of iteration 3; -1 is iteration 7, which goes with that of iteration 6.
    expect(plain.representationError(1)).toEqual({ data: expected(1), shape: [1, 1, 8] });
    expect(plain.representationError(2)).toEqual({ data: expected(2), shape: [1, 1, 8] });
    expect(plain.representationError(null)).toEqual({ data: expected(3), shape: [1, 1, 8] });
    expect(() => plain.representationError(0)).toThrow("was not computed");
    const all = await plainArrays(metamer, { errorsAt: "stored" });
    expect(all.representationError(0)).toEqual({ data: expected(0), shape: [1, 1, 8] });
    await expect(plainArrays(metamer, { errorsAt: [8] })).rejects.toThrow("out of bounds");
  });

  it("names statistics where the model does", async () => {
    const model = new PortillaSimoncelli([32, 32], { nScales: 2, spatialCorrWidth: 5 });
    const metamer = new Metamer(rand([1, 1, 32, 32]), model);
    await metamer.synthesize({ maxIter: 1 });
    const error = (await plainArrays(metamer)).representationError(null);
    expect(Object.keys(error)).toContain("magnitude_std");
  });

  it("needs an image", async () => {
    await expect(plainArrays(new Metamer(rand([1, 1, 8, 8]), rowMeans))).rejects.toThrow("no metamer yet");
  });
});

describe("savedArrays", () => {
  it.each([0, 1, 3])(
    "has the numbers of the object that was saved (storeProgress %d)",
    async (storeProgress) => {
      const metamer = await synthesized(storeProgress);
      const { model: _, representationError: __, ...plain } = await plainArrays(metamer, { errorsAt: [] });
      const { className, ...saved } = await savedArrays(await metamer.saveToBlob());
      expect(className).toBe("Metamer");
      expect(saved).toEqual(plain);
    },
  );

  it("refuses what is no metamer", async () => {
    await expect(savedArrays(new Uint8Array([1, 2, 3]))).rejects.toThrow();
  });
});

describe.skipIf(!hasGoldens())(`files of the reference (${skipReason})`, () => {
  const folder = hasGoldens() ? join(sharedDir(), "goldens") : "";
  const files = ["", "legacy"].flatMap((sub) =>
    hasGoldens()
      ? readdirSync(join(folder, sub))
          .filter((name) => name.endsWith(".pt"))
          .map((name) => join(sub, name))
      : [],
  );

  it.each(files)("%s", async (name) => {
    const saved = await savedArrays(join(folder, name));
    expect(saved.losses.every(Number.isFinite)).toBe(true);
    expect(saved.penalties).toHaveLength(saved.losses.length);
    expect(saved.metamer.shape).toEqual(saved.image.shape);
    if (saved.storeProgress) expect(saved.savedMetamer.length).toBeGreaterThan(2);
    const way = ["separate", "together"].find((one) => name.includes(one));
    expect(saved.coarseToFine).toBe(saved.className === "MetamerCTF" ? (way ?? "together") : undefined);
  });

  it("the same as loading it", async () => {
    const file = join(folder, "metamer_gaussian_adam_f32.pt");
    const saved = await savedArrays(file);
    const metamer = new Metamer(tensor(saved.image.data, [...saved.image.shape]), new Gaussian(30));
    await metamer.load(file);
    expect(saved.losses).toEqual(metamer.losses);
    expect(saved.metamer.data).toEqual(readSync(metamer.metamer));
  });
});
