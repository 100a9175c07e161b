import {
  canReadAtOnce,
  clone,
  type Device,
  DeviceError,
  deviceOf,
  keep,
  readSync,
  ShapeError,
  type Tensor,
  tensor,
  uniformNumbers,
  warn,
  withDevice,
} from "@plenoptic/tensor";
import { validateInput } from "./checks/input.js";

/**
 * Uniform noise, stretched so that its extremes are 0 and 1 exactly, as the reference does. It is made in host memory, so
 * that it has the same bits on every device of a precision.
 */
function noiseLike(image: Tensor): Tensor {
  const { dtype } = deviceOf(image);
  // A difference or quotient of floats, computed in doubles and rounded once more, is that of floats (Figueroa, 1995).
  const round = dtype === "float32" ? Math.fround : (x: number) => x;
  const noise = uniformNumbers(image.size, dtype);
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const v of noise) {
    low = Math.min(low, v);
    high = Math.max(high, v);
  }
  const range = round(high - low);
  const stretched = noise.map((v) => (range > 0 ? round(v - low) / range : v - low));
  return keep(tensor(stretched, image.shape));
}

/** A copy on the device of the image. */
function copyTo(device: Device, x: Tensor): Tensor {
  const own = deviceOf(x);
  if (own.device === device.device && own.dtype === device.dtype) return keep(clone(x));
  if (!canReadAtOnce(own)) {
    throw new DeviceError(
      `initialImage is on "${own.device}", the image on "${device.device}". Move it first: await toDevice(initialImage, …).`,
    );
  }
  const values = readSync(x);
  return keep(withDevice(device, () => tensor(values, x.shape)));
}

/**
 * The image that synthesis starts from: the user's, checked, or noise.
 *
 * @returns the image, and what is still being checked where values can only be awaited
 */
export function makeInitialImage(
  image: Tensor,
  initialImage: Tensor | undefined,
): { start: Tensor; check?: void | Promise<void> } {
  if (initialImage === undefined) return { start: noiseLike(image) };
  const check = validateInput(initialImage);
  const [a, b] = [initialImage.shape, image.shape];
  const sameFrame = a.length === b.length && a.slice(0, -2).every((extent, i) => extent === b[i]);
  if (!sameFrame) {
    throw new ShapeError(
      `initialImage must have the batch and channels of the image, [${b.join(", ")}], but has [${a.join(", ")}].`,
    );
  }
  if (a.some((extent, i) => extent !== b[i])) {
    warn(
      "synthesis",
      `initial_image and image are different sizes: [${a.join(", ")}] and [${b.join(", ")}]. This has not been tested as much.`,
    );
  }
  return { start: copyTo(deviceOf(image), initialImage), check };
}
