import {
  clone,
  type Device,
  deviceOf,
  div,
  keep,
  max,
  min,
  randLike,
  readSync,
  ShapeError,
  sub,
  type Tensor,
  tensor,
  tidy,
  warn,
  withDevice,
} from "@plenoptic/tensor";
import { validateInput } from "./checks/input.js";

/** Uniform noise, stretched so that its extremes are 0 and 1 exactly, as the reference does. */
function noiseLike(image: Tensor): Tensor {
  return tidy(() => {
    const noise = randLike(image);
    const low = min(noise);
    const range = sub(max(noise), low);
    const shifted = sub(noise, low);
    return keep(readSync(range)[0] > 0 ? div(shifted, range) : shifted);
  });
}

/** A copy on the device of the image. */
function copyTo(device: Device, x: Tensor): Tensor {
  const own = deviceOf(x);
  if (own.device === device.device && own.dtype === device.dtype) return keep(clone(x));
  const values = readSync(x);
  return keep(withDevice(device, () => tensor(values, x.shape)));
}

/** The image that synthesis starts from: the user's, checked, or noise. */
export function makeInitialImage(image: Tensor, initialImage: Tensor | undefined): Tensor {
  if (initialImage === undefined) return noiseLike(image);
  validateInput(initialImage);
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
  return copyTo(deviceOf(image), initialImage);
}
