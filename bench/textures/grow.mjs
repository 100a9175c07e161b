// npm run bench -- --grow: how the cost of one gradient of PortillaSimoncelli grows with the pictures' size and number.
import { table } from "../gpu/table.mjs";
import { median } from "../peers.mjs";
import { writeTexture } from "./pictures.mjs";
import { askTexture, checkSame, duration, startSides } from "./sides.mjs";

const dtype = "float32";

/** Repeats a step for about a second, at most 10 times, at least twice; the first call, which warms up, is left out. */
async function timeOne(side, request) {
  const first = await askTexture(side, { ...request, repeats: 1 });
  const repeats = Math.max(2, Math.min(10, Math.round(1000 / first.ms[0])));
  const { ms, value } = await askTexture(side, { ...request, repeats });
  return { ms: median(ms), value };
}

/** A cell: both sides, in the order in which they are asked; without the reference where it would take too long. */
async function cell({ us, reference }, request, skip) {
  const found = {};
  const attempt = async (name, side, threads) => {
    try {
      found[name] = await timeOne(side, { ...request, what: "gradient", dtype, threads });
    } catch (error) {
      found[name] = { error: error.message };
    }
  };
  if (!skip.ours) await attempt("ours", us, 1);
  if (!skip.reference) {
    await attempt("reference1", reference, 1);
    await attempt("reference2", reference, 2);
  }
  const [mine, other] = [found.ours?.value, found.reference1?.value];
  if (mine !== undefined && other !== undefined) checkSame("gradient", dtype, mine, other);
  const better = Math.min(found.reference1?.ms ?? Infinity, found.reference2?.ms ?? Infinity);
  return {
    ours: found.ours?.ms,
    reference: Number.isFinite(better) ? better : undefined,
    reference1: found.reference1?.ms,
    reference2: found.reference2?.ms,
    errors: Object.entries(found).flatMap(([name, { error }]) => (error ? [`${name}: ${error}`] : [])),
  };
}

function print(rows) {
  const header = ["size", "batch", "ours", "per picture", "reference", "(1 thread)", "(2)", "ratio"];
  const show = (ms) => (ms === undefined ? "–" : duration(ms));
  const lines = rows.map(({ size, batch, ours, reference, reference1, reference2 }) => [
    `${size}×${size}`,
    String(batch),
    show(ours),
    show(ours && ours / batch),
    show(reference),
    show(reference1),
    show(reference2),
    ours && reference ? (reference / ours).toFixed(1) : "–",
  ]);
  console.log(table([header, ...lines]));
}

/**
 * Measures and prints the table.
 *
 * @param limits - `sizes`, `batches`, and `limit`: milliseconds beyond which a side is not asked. What a batch takes is
 *   told from the batch before it, and what a size takes from the size before it
 */
export async function measureGrowth(where, { sizes, batches, limit }) {
  const sides = startSides(where);
  const rows = [];
  const expected = (name, size, batch) => {
    const before = rows.findLast((row) => row.size === size && row.batch < batch);
    if (before) return before[name] === undefined ? Infinity : (before[name] * batch) / before.batch;
    const smaller = rows.findLast((row) => row.size < size && row.batch === batch);
    if (!smaller) return 0;
    return smaller[name] === undefined ? Infinity : smaller[name] * (size / smaller.size) ** 2;
  };
  for (const size of sizes) {
    for (const batch of batches) {
      const skip = {
        ours: expected("ours", size, batch) > limit,
        reference: expected("reference", size, batch) > limit,
      };
      const pictures = await writeTexture(where, { size, batch });
      const row = { size, batch, ...(await cell(sides, pictures, skip)), skip };
      rows.push(row);
      for (const error of row.errors) console.log(`${size}×${size}, batch ${batch}: ${error}`);
      for (const name of ["ours", "reference"]) {
        if (skip[name])
          console.log(`${size}×${size}, batch ${batch}: ${name} left out, it would take too long`);
      }
    }
  }
  sides.stop();
  console.log(
    "One gradient of PortillaSimoncelli, float32, median; the reference by the better of 1 and 2 threads:",
  );
  print(rows);
  return rows;
}
