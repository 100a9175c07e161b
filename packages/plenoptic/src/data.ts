import { diskValues } from "@plenoptic/process";
import { type Tensor, tensor } from "@plenoptic/tensor";

export {
  type BuiltInOptions,
  centerCrop,
  colorWheel,
  crop,
  curie,
  decodeImage,
  downloadableFiles,
  type EncodeOptions,
  einstein,
  encodePixels,
  encodePNG,
  type FetchFileOptions,
  fetchData,
  fetchFile,
  houseCat,
  type ImageSize,
  type ImageSource,
  type LoadImagesOptions,
  loadImages,
  macaque,
  type Origin,
  type Pixels,
  type PolarAngleOptions,
  type PolarRadiusOptions,
  parrot,
  polarAngle,
  polarRadius,
  reducePixels,
  reptileSkin,
  savePNG,
} from "@plenoptic/data";

/**
 * A disk: 1 inside `innerRadius`, 0 outside `outerRadius`, half a cosine in between.
 *
 * @param size - side of the square, or [height, width]
 * @param options - by name
 * @param options.outerRadius - pixels; default half of the smaller side, less ½
 * @param options.innerRadius - pixels; default half of the outer radius
 * @returns `[H, W]`, on the active device
 *
 * @example
 * ```ts
 * import { data } from "plenoptic";
 * console.log(data.disk(64).shape); // [64, 64]
 * ```
 */
export function disk(
  size: number | readonly [height: number, width: number],
  { outerRadius, innerRadius }: { outerRadius?: number; innerRadius?: number } = {},
): Tensor {
  const { values, shape } = diskValues(size, outerRadius, innerRadius);
  return tensor(values, shape);
}
