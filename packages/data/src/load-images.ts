import { DataError, ShapeError, type Tensor, tensor, warn } from "@plenoptic/tensor";
import { decodeImage } from "./codecs/decode.js";
import { type Pixels, toPlanes } from "./pixels.js";
import { reducePixels } from "./reduce.js";
import { describeSource, type ImageSource, listFolder, readSource } from "./source.js";

/** Options of {@link loadImages}. */
export interface LoadImagesOptions {
  /** One channel of luminance (true, default), or red, green and blue. */
  asGray?: boolean;
  /** Reduces pictures whose shorter side is longer to this, each pixel the mean of what it covers. Default: as they are. */
  shorterSide?: number;
  /** For a folder: compares two paths, as for Array.sort. Default: alphabetical. */
  sortedBy?: (a: string, b: string) => number;
}

interface Loaded {
  planes: Float32Array;
  shape: [channels: number, height: number, width: number];
  from: string;
}

type HowToLoad = Required<Pick<LoadImagesOptions, "asGray">> & Pick<LoadImagesOptions, "shorterSide">;

const isPixels = (source: ImageSource | Pixels): source is Pixels =>
  typeof source === "object" && "maxValue" in source;

async function loadOne(source: ImageSource | Pixels, { asGray, shorterSide }: HowToLoad): Promise<Loaded> {
  const from = isPixels(source) ? "decoded picture" : describeSource(source);
  try {
    const whole = isPixels(source) ? source : await decodeImage(await readSource(source));
    const pixels = shorterSide === undefined ? whole : reducePixels(whole, shorterSide);
    return { planes: toPlanes(pixels, asGray), shape: [asGray ? 1 : 3, pixels.height, pixels.width], from };
  } catch (error) {
    if (error instanceof DataError && !error.message.startsWith(from)) {
      throw new DataError(`${from}: ${error.message}`, { cause: error });
    }
    throw error;
  }
}

async function loadFolder(paths: string[], folder: string, how: HowToLoad): Promise<Loaded[]> {
  const loaded: Loaded[] = [];
  for (const path of paths) {
    try {
      loaded.push(await loadOne(path, how));
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      warn(
        "data",
        `Unable to load in file ${path}, it's probably not an image, skipping. (${error.message})`,
      );
    }
  }
  if (loaded.length === 0)
    throw new DataError(`${folder} holds no picture that can be read. Formats: PNG, JPEG, PGM, PPM.`);
  return loaded;
}

/**
 * Reads pictures: files, a folder of files, URLs, bytes. Values are divided by the largest value of their format
 * (255, 65535) and grey is luminance, 0.2125 R + 0.7154 G + 0.0721 B; alpha is laid over white. Computed in float64 and
 * rounded to float32, as the reference does; on a float64 device that is widened.
 *
 * @param source - one source, a picture that is decoded already, or a list; a path of a folder stands for its files
 * @returns `[number of pictures, 1 or 3, height, width]`, values in [0, 1], on the active device
 * @throws {@link ValidationError} for a `shorterSide` that is no whole number above 0; {@link DataError} when a file cannot be read or is no picture (in a folder: it is passed over with a warning);
 *   {@link ShapeError} when the pictures have different sizes
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { loadImages } from "@plenoptic/data";
 * const pgm = new TextEncoder().encode("P2 2 1 255 0 255");
 * console.log((await loadImages(pgm)).shape); // [1, 1, 1, 2]
 * ```
 */
export async function loadImages(
  source: ImageSource | Pixels | readonly (ImageSource | Pixels)[],
  { asGray = true, shorterSide, sortedBy }: LoadImagesOptions = {},
): Promise<Tensor> {
  const list = Array.isArray(source) ? source : [source as ImageSource | Pixels];
  const how = { asGray, shorterSide };
  const isOne = !Array.isArray(source) && !isPixels(list[0]);
  const folder = isOne ? await listFolder(source as ImageSource) : null;
  let loaded: Loaded[];
  if (folder) {
    loaded = await loadFolder(sortedBy ? folder.sort(sortedBy) : folder, String(source), how);
  } else {
    loaded = await Promise.all(list.map((one: ImageSource | Pixels) => loadOne(one, how)));
  }
  return join(loaded);
}

function join(loaded: Loaded[]): Tensor {
  const { shape } = loaded[0];
  const odd = loaded.find((one) => one.shape.some((extent, i) => extent !== shape[i]));
  if (odd) {
    const size = (one: Loaded) => `${one.from} is ${one.shape[1]}×${one.shape[2]}`;
    throw new ShapeError(`All images must be the same shape, but ${size(loaded[0])} and ${size(odd)}.`);
  }
  const count = loaded[0].planes.length;
  const all = new Float32Array(count * loaded.length);
  for (const [i, { planes }] of loaded.entries()) all.set(planes, i * count);
  return tensor(all, [loaded.length, ...shape]);
}
