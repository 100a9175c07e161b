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

/** A picture in colour that has no symmetry. */
export async function colorfulPicture(width: number, height: number): Promise<Uint8Array> {
  const values = Float32Array.from({ length: 3 * width * height }, (_, i) => {
    const [c, y, x] = [Math.floor(i / (width * height)), Math.floor(i / width) % height, i % width];
    return 0.5 + 0.3 * Math.sin((x * (c + 1)) / 40 + y / 90) + 0.2 * Math.cos((x * y) / 3000 + c);
  });
  const picture = tensor(values, [1, 3, height, width]);
  const png = await encodePNG(picture);
  picture.dispose();
  return png;
}
