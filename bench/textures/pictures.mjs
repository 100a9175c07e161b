// The texture and the starts of the texture benchmarks, as files of float32 that both sides read.
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { data, Metamer, models, rand, readSync, setSeed, tensor, tidy, useBackend } from "plenoptic";

/** A folder with the reference's pictures, where there is one: they are not part of this repository. */
function pictureFolder(root) {
  const shared = process.env.PLENOPTIC_SHARED ?? join(root, "..", "shared");
  const folder = process.env.PLENOPTIC_DATA_DIR ?? join(shared, "data");
  return existsSync(folder) ? folder : undefined;
}

/** A real texture, 256×256 or larger; the built-in photograph where there are neither files nor network. */
async function loadTexture(root) {
  const folder = pictureFolder(root);
  if (folder) process.env.PLENOPTIC_DATA_DIR = folder;
  try {
    return { name: "reptile skin", picture: await data.reptileSkin() };
  } catch (error) {
    console.log(
      `The built-in photograph serves as texture, for there is no reptile_skin.pgm: ${error.message}`,
    );
    return { name: "built-in photograph", picture: await data.houseCat() };
  }
}

/** A square of the picture's middle, repeated where the picture is smaller. */
function squareOf(picture, size) {
  const side = Math.min(size, ...picture.shape.slice(-2));
  const crop = readSync(data.centerCrop(picture, side));
  return Float32Array.from(
    { length: size * size },
    (_, i) => crop[(Math.floor(i / size) % side) * side + (i % side)],
  );
}

const starts = {
  /** What synthesis begins with unless told otherwise. */
  noise: (pixels, shape) => {
    const metamer = new Metamer(tensor(pixels, shape), new models.Identity());
    metamer.setup();
    const values = readSync(metamer.metamer);
    metamer.dispose();
    return values;
  },
  /** What the documentation of the Python library recommends for textures: the mean, and a little noise. */
  mean: (pixels, shape) => {
    const mean = pixels.reduce((a, b) => a + b, 0) / pixels.length;
    return readSync(rand(shape)).map((v) => (v - 0.5) * 0.1 + mean);
  },
};

function write(file, values) {
  writeFileSync(file, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  return file;
}

/** The default number of scales, or as many as leave the coarsest large enough for a window of 7 × 7. */
const scalesFor = (size) => Math.min(4, Math.floor(Math.log2(size / 7)));

/**
 * Writes a texture and a start.
 *
 * @returns what a request needs: the files `target` and `start`, `size`, `batch` and `nScales`; and the picture's `name`
 */
export async function writeTexture({ root, out }, { size, batch = 1, start = "noise", seed = 0 }) {
  await useBackend("cpu");
  const { name, picture } = await loadTexture(root);
  const one = squareOf(picture, size);
  const pixels = new Float32Array(batch * one.length);
  for (let b = 0; b < batch; b++) pixels.set(one, b * one.length);
  setSeed(seed);
  const first = tidy(() => starts[start](pixels, [batch, 1, size, size]));
  const file = (what) => join(out, `texture-${what}-${batch}x${size}.f32`);
  return {
    name,
    size,
    batch,
    nScales: scalesFor(size),
    target: write(file("target"), pixels),
    start: write(file("start"), Float32Array.from(first)),
  };
}
