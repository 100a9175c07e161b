/**
 * The texture of the tutorial: a photograph that nobody took. Stones of random sizes and shades, lit from the upper left, on a
 * picture whose edges fit each other. Only sums, products, quotients and roots: the same numbers on every machine.
 */
import { rand, readSync, setSeed, withDevice } from "plenoptic";

/** Random numbers, whatever the precision in use: in float64 the same seed gives others. */
const random = (...shape) => withDevice({ device: "cpu", dtype: "float32" }, () => readSync(rand(shape)));

/** Distances are as if stones were so much flatter than wide. */
const flatness = 1.35;

/** The shortest way around a circle. */
const around = (distance, size) => distance - size * Math.round(distance / size);

/** One stone in each field of a grid, anywhere in the middle of it; some are left out, so that others grow. */
function placeStones(size, pitch) {
  const count = Math.round(size / pitch);
  const step = size / count;
  const values = random(count * count, 4);
  return Array.from({ length: count * count }, (_, i) => {
    const [across, down, shade, missing] = values.subarray(4 * i, 4 * i + 4);
    return {
      x: ((i % count) + 0.05 + 0.9 * across) * step,
      y: (Math.floor(i / count) + 0.05 + 0.9 * down) * step,
      shade,
      isThere: missing > 0.15,
    };
  }).filter(({ isThere }) => isThere);
}

/** How high the ground is at a pixel, and the shade of the stone that is nearest. */
function groundAt(stones, x, y, size, pitch) {
  let [nearest, second, shade] = [Infinity, Infinity, 0];
  for (const stone of stones) {
    const [across, down] = [around(stone.x - x, size), flatness * around(stone.y - y, size)];
    const distance = Math.sqrt(across * across + down * down);
    if (distance < nearest) [nearest, second, shade] = [distance, nearest, stone.shade];
    else if (distance < second) second = distance;
  }
  // 0 in the gap between two stones, 1 well inside.
  const inside = Math.min(1, Math.max(0, (second - nearest - 0.08 * pitch) / (0.75 * pitch)));
  return { height: pitch * 0.45 * Math.sqrt(inside * (2 - inside)), inside, shade };
}

/** Mean of a pixel and its neighbours, weighing 2 and 1, around the edges. */
function soften(values, size) {
  const at = (y, x) => values[((y + size) % size) * size + ((x + size) % size)];
  return values.map((_, i) => {
    const [y, x] = [Math.floor(i / size), i % size];
    return (4 * at(y, x) + 2 * (at(y - 1, x) + at(y + 1, x) + at(y, x - 1) + at(y, x + 1))) / 12;
  });
}

/**
 * @param {number} size - height and width
 * @returns {Float64Array} pixels in [0, 1], row-major
 */
export function drawStones(size, { seed = 4, pitch = 16 } = {}) {
  setSeed(seed);
  const stones = placeStones(size, pitch);
  const grain = soften(Float64Array.from(random(size * size)), size);
  const ground = Array.from({ length: size * size }, (_, i) =>
    groundAt(stones, i % size, Math.floor(i / size), size, pitch),
  );
  const heights = soften(
    soften(
      Float64Array.from(ground, ({ height }) => height),
      size,
    ),
    size,
  );
  const heightAt = (y, x) => heights[((y + size) % size) * size + ((x + size) % size)];
  return Float64Array.from(ground, ({ inside, shade }, i) => {
    const [y, x] = [Math.floor(i / size), i % size];
    const east = (heightAt(y, x + 1) - heightAt(y, x - 1)) / 2;
    const south = (heightAt(y + 1, x) - heightAt(y - 1, x)) / 2;
    const light = (0.75 + 0.45 * east + 0.6 * south) / Math.sqrt(1 + east * east + south * south);
    const color = 0.1 + (0.35 + 0.35 * shade) * Math.sqrt(Math.min(1, 2 * inside));
    const pixel = color * (0.25 + 0.85 * Math.max(0, light)) + 0.16 * (grain[i] - 0.5);
    return Math.min(1, Math.max(0, pixel));
  });
}
