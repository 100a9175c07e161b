// npm run bench -- --texture: one synthesis by the recipe for textures, ours and the reference's from the same start; the
// losses along the way, and the pictures side by side for somebody to look at.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { data, ops, tensor, useBackend } from "plenoptic";
import { table } from "../gpu/table.mjs";
import { writeTexture } from "./pictures.mjs";
import { askTexture, duration, startSides } from "./sides.mjs";

async function writePicture(files, size, path) {
  await useBackend("cpu");
  const gap = tensor(new Float32Array(8 * size).fill(1), [1, 1, size, 8]);
  const pictures = files.flatMap((file) => {
    const bytes = readFileSync(file);
    const pixels = new Float32Array(
      bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
    );
    return [gap, tensor(pixels, [1, 1, size, size])];
  });
  await data.savePNG(ops.clip(ops.concat(pictures.slice(1), 3), 0, 1), path);
}

function print(ours, reference) {
  const last = ours.losses.length - 1;
  const steps = [0, 1, 2, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 150, 200, 500].filter((i) => i < last);
  const line = (i) => [String(i), ours.losses[i].toExponential(4), reference.losses[i].toExponential(4)];
  console.log(table([["iteration", "ours", "reference"], ...[...steps, last].map(line)]));
  console.log(
    `ours ${duration(ours.ms[0])} for ${ours.evaluations} evaluations, reference ${duration(reference.ms[0])} for ${reference.evaluations}: ratio ${(reference.ms[0] / ours.ms[0]).toFixed(1)}. ` +
      `Final loss ${ours.losses[last] <= reference.losses[last] ? "no higher" : "HIGHER"} than the reference's.`,
  );
}

/**
 * Runs both to the end, once.
 *
 * @returns times and losses; the picture shows the texture, the start, ours and the reference's
 */
export async function measureSynthesis(where, { size, iterations, dtype, threads, seed, start }) {
  const pictures = await writeTexture(where, { size, start, seed });
  const request = { what: "synthesize", dtype, iterations, ...pictures };
  const files = ["ours", "reference"].map((name) => join(where.out, `texture-result-${name}.f32`));
  console.log(
    `${iterations} iterations of L-BFGS, PortillaSimoncelli, ${size}×${size}, ${pictures.name}, ${dtype}, seed ${seed}, start: ${start}`,
  );
  const sides = startSides(where);
  const ours = await askTexture(sides.us, { ...request, picture: files[0] });
  const reference = await askTexture(sides.reference, { ...request, picture: files[1], threads });
  sides.stop();
  print(ours, reference);
  const file = `texture-${dtype}-${start}-${seed}-${size}-${iterations}`;
  const path = join(where.out, `${file}.png`);
  await writePicture([pictures.target, pictures.start, ...files], size, path);
  console.log(`Texture, start, ours, reference: ${path}`);
  return { file, picture: pictures.name, size, iterations, dtype, threads, seed, start, ours, reference };
}
