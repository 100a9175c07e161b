import { loadImages, type Pixels } from "@plenoptic/data";
import { savedArrays } from "@plenoptic/synthesis";
import { ShapeError, type Tensor, tensor } from "@plenoptic/tensor";
import type { Inspected, PictureOrder, Preview } from "../protocol.js";
import type { Settings } from "../settings/settings.js";
import { type Region, type Size, usedRegion } from "../square.js";
import { overviewOf, pixelsToRaster } from "./overview.js";
import { cachedPicture } from "./picture-cache.js";
import { toRaster } from "./raster.js";

const isZip = (bytes: Uint8Array) => bytes[0] === 0x50 && bytes[1] === 0x4b;

/** The image that is to be matched: the part of a picture that is used, or what a `.pt` file has. */
export async function loadTarget(file: Blob, settings: Settings): Promise<Tensor> {
  const cached = await cachedPicture(file);
  if (isZip(cached.bytes)) {
    const { image } = await savedArrays(cached.bytes);
    return tensor(image.data, image.shape);
  }
  const pixels = await cached.prepare(settings.reduce);
  const used = cut(pixels, checkedRegion(settings, pixels));
  cached.release();
  return loadImages(used, { asGray: !settings.color });
}

/** A part of a picture, before anything of it is put on a device: a photograph may be too large for that. */
function cut(pixels: Pixels, { left, top, width, height }: Region): Pixels {
  if (width === pixels.width && height === pixels.height) return pixels;
  const { channels, maxValue } = pixels;
  const data = new Float64Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * pixels.width + left) * channels;
    for (let i = 0; i < width * channels; i++) data[y * width * channels + i] = pixels.data[from + i];
  }
  return { width, height, channels, maxValue, data };
}

/** The part of a picture that is used. */
function checkedRegion(settings: Settings, of: Size): Region {
  const region = usedRegion(settings, of);
  const { left, top, width: crop } = region;
  if (crop > of.width || (settings.crop !== undefined && crop > of.height))
    throw new ShapeError(
      `A crop of ${crop}×${crop} does not fit into a picture of ${of.width}×${of.height} pixels. Choose a smaller one.`,
    );
  if (left + crop > of.width || top + region.height > of.height)
    throw new ShapeError(
      `A crop of ${crop}×${crop} at ${left}, ${top} reaches beyond the picture, which has ${of.width}×${of.height} pixels.`,
    );
  return region;
}

/** How large a picture is, and which. */
export async function inspect(file: Blob): Promise<Inspected> {
  const cached = await cachedPicture(file);
  return { size: await cached.size(), hash: await cached.hash() };
}

/** What a file is, and what of it is used. No device takes part: one may be busy with a run. */
export async function preview({ file, settings }: PictureOrder): Promise<Preview> {
  const cached = await cachedPicture(file);
  const hash = await cached.hash();
  if (isZip(cached.bytes)) {
    const { image } = await savedArrays(cached.bytes);
    const used = toRaster(image.data, image.shape);
    return { whole: used, reduced: used, overview: used, used, hash };
  }
  const pixels = await cached.prepare(settings.reduce);
  const region = checkedRegion(settings, pixels);
  const { width, height } = pixels;
  return {
    whole: await cached.size(),
    reduced: { width, height },
    overview: overviewOf(pixels, settings.color),
    used: pixelsToRaster(pixels, region, settings.color),
    hash,
  };
}
