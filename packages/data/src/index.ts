export {
  type BuiltInOptions,
  colorWheel,
  curie,
  einstein,
  houseCat,
  macaque,
  parrot,
  reptileSkin,
} from "./built-in.js";
export { decodeImage } from "./codecs/decode.js";
export { encodePixels } from "./codecs/png.js";
export { centerCrop, crop } from "./crop.js";
export { fetchData } from "./fetch-data.js";
export { cacheFolder, type FetchFileOptions, fetchFile } from "./fetch-file.js";
export { downloadableFiles } from "./known-files.js";
export { type LoadImagesOptions, loadImages } from "./load-images.js";
export type { Pixels } from "./pixels.js";
export { reducePixels } from "./reduce.js";
export { type EncodeOptions, encodePNG, savePNG } from "./save-png.js";
export type { ImageSource } from "./source.js";
export {
  type ImageSize,
  type Origin,
  type PolarAngleOptions,
  type PolarRadiusOptions,
  polarAngle,
  polarRadius,
} from "./synthetic.js";
export { writeAtomically } from "./write-atomically.js";
