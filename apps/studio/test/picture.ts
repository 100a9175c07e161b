import { encodePNG } from "@plenoptic/data";
import { tensor } from "@plenoptic/tensor";
import "@plenoptic/backend-cpu";

/** A small grey picture with waves and an edge, as a PNG. */
export async function smallPicture(size = 64, wavelength = 3): Promise<Uint8Array> {
  const values = new Float32Array(size * size);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const edge = x > size / 2 ? 0.3 : 0;
      values[y * size + x] = 0.35 + edge + 0.2 * Math.sin((x + 2 * y) / wavelength) * Math.cos(y / 5);
    }
  }
  const picture = tensor(values, [1, 1, size, size]);
  const png = await encodePNG(picture);
  picture.dispose();
  return png;
}
