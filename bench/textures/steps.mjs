// PortillaSimoncelli with its defaults, ours and the reference alternately: representation, gradient, an iteration of Adam,
// synthesis by the recipe for textures; and the memory that it takes.
import { median } from "../peers.mjs";
import { writeTexture } from "./pictures.mjs";
import { askTexture, checkSame, duration, megabytes, startSides } from "./sides.mjs";

const dtypes = ["float32", "float64"];
const iterations = 20;
const titles = {
  representation: "representation",
  gradient: "gradient",
  adam: "one iteration of Adam",
  synthesize: `${iterations} iterations of L-BFGS`,
};

/** How much of a step is asked for at once, of us and of the reference. */
const amounts = {
  representation: [{ repeats: 10 }, { repeats: 5 }],
  gradient: [{ repeats: 5 }, { repeats: 3 }],
  adam: [
    { repeats: 1, chunk: 5 },
    { repeats: 1, chunk: 3 },
  ],
  synthesize: [{ iterations }, { iterations }],
};

/** Calls before anything is timed: JavaScript and WebAssembly are compiled in several stages. */
const warmUp = {
  representation: { repeats: 100 },
  gradient: { repeats: 40 },
  adam: { repeats: 1, chunk: 20 },
};

/** Medians of a step, after calls that warm up and show that both compute the same. */
async function time({ us, reference }, request, rounds) {
  const [own, theirs] = amounts[request.what];
  const askUs = () => askTexture(us, { ...request, ...own });
  const askThem = (threads) => askTexture(reference, { ...request, ...theirs, threads });
  const times = { ours: [], one: [], two: [] };
  if (request.what !== "synthesize") {
    const mine = await askTexture(us, { ...request, ...warmUp[request.what] });
    const other = await askThem(1);
    await askThem(2);
    if (mine.value !== undefined) checkSame(request.what, request.dtype, mine.value, other.value);
  }
  for (let round = 0; round < rounds; round++) {
    times.ours.push(...(await askUs()).ms);
    times.one.push(...(await askThem(1)).ms);
    times.ours.push(...(await askUs()).ms);
    times.two.push(...(await askThem(2)).ms);
  }
  const [ours, reference1, reference2] = [times.ours, times.one, times.two].map(median);
  return { ours, reference1, reference2, ratio: Math.min(reference1, reference2) / ours };
}

/** Peak memory of whole processes that do nothing else: the program alone, with a gradient, with a synthesis. */
async function peaks(where, request) {
  const sides = startSides(where);
  const found = {};
  for (const [name, side] of [
    ["ours", sides.us],
    ["reference", sides.reference],
  ]) {
    const peak = async () => (await side.ask({ do: "memory" })).peakBytes;
    const program = await peak();
    await askTexture(side, { ...request, what: "gradient", repeats: 3, threads: 1 });
    const gradient = await peak();
    await askTexture(side, { ...request, what: "synthesize", iterations, threads: 1 });
    found[name] = { program, gradient, synthesize: await peak() };
  }
  sides.stop();
  return found;
}

function printPeaks(dtype, { ours, reference }) {
  for (const [key, title] of Object.entries({
    program: "program alone",
    gradient: titles.gradient,
    synthesize: titles.synthesize,
  })) {
    const share = (ours[key] / reference[key]).toFixed(2);
    console.log(
      `peak memory, ${title.padEnd(24)} ${dtype}  ours ${megabytes(ours[key])}  reference ${megabytes(reference[key])}  share ${share}`,
    );
  }
}

/** Measures and prints all of it; gives the rows. */
export async function measureTextureSteps(where, { size, rounds }) {
  const pictures = await writeTexture(where, { size });
  console.log(
    `PortillaSimoncelli, ${size}×${size}, ${pictures.name}, medians of ${rounds} rounds (L-BFGS: ${Math.ceil(rounds / 2)}):`,
  );
  const sides = startSides(where);
  const rows = [];
  for (const dtype of dtypes) {
    for (const what of Object.keys(titles)) {
      const turns = what === "synthesize" ? Math.ceil(rounds / 2) : rounds;
      const row = { what, dtype, size, ...(await time(sides, { what, dtype, ...pictures }, turns)) };
      rows.push(row);
      console.log(
        `${titles[what].padEnd(24)} ${dtype}  ours ${duration(row.ours)}  reference ${duration(row.reference1)} (1 thread) ` +
          `${duration(row.reference2)} (2)  ratio ${row.ratio.toFixed(1)}`,
      );
    }
  }
  sides.stop();
  const peakBytes = {};
  for (const dtype of dtypes) {
    peakBytes[dtype] = await peaks(where, { dtype, ...pictures });
    printPeaks(dtype, peakBytes[dtype]);
  }
  return { picture: pictures.name, rows, peakBytes };
}
