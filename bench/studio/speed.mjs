/* global bench */
// The page in Chromium and the same synthesis in Node, alternately: each in a fresh page and a fresh process.
import { join } from "node:path";
import { median, runOnce } from "../peers.mjs";
import { ended, openStudio, press, watched } from "./chromium.mjs";

/** As the studio's settings are when nobody chooses; so many iterations that the first ones, which are slow, weigh little. */
export const cases = [
  { model: "Gaussian", iterations: 400, storeProgress: 10 },
  { model: "OnOff", iterations: 300, storeProgress: 10 },
  { model: "PortillaSimoncelli", iterations: 30, storeProgress: 10 },
];

async function onPage(browser, address, { model, iterations, storeProgress }) {
  const settings = { model, "max-iter": iterations, "store-progress": storeProgress, "stop-criterion": 0 };
  const page = await openStudio(browser, address, new URLSearchParams({ ...settings, device: "cpu" }));
  try {
    let sha256;
    const tasks = await watched(page, async () => {
      await press(page, "Run");
      sha256 = await ended(page);
    });
    const [firstPictureMs, perSecond] = await page.evaluate(() => [
      bench.firstPictureMs(),
      bench.perSecond(),
    ]);
    return { firstPictureMs, perSecond, sha256, ...tasks };
  } finally {
    await page.context().close();
  }
}

async function inNode(root, which) {
  const program = join(root, "bench", "studio", "node-side.mjs");
  return JSON.parse((await runOnce(process.execPath, [program, JSON.stringify(which)])).out);
}

/** Medians for one model. */
export async function measureSpeed({ root, browser, address }, which, rounds) {
  const pages = [];
  const nodes = [];
  for (let round = 0; round < rounds; round++) {
    // Whoever is second finds the machine warmer.
    for (const isPage of round % 2 ? [false, true] : [true, false]) {
      if (isPage) pages.push(await onPage(browser, address, which));
      else nodes.push(await inNode(root, which));
    }
  }
  const hashes = new Set([...pages, ...nodes].map(({ sha256 }) => sha256));
  if (hashes.size !== 1) throw new Error(`The page and Node did not make the same: ${[...hashes].join(" ")}`);
  const middle = (list, name) => median(list.map((one) => one[name]));
  return {
    ...which,
    firstPictureMs: middle(pages, "firstPictureMs"),
    longTaskMs: Math.max(...pages.map(({ longTask }) => longTask)),
    gapMs: middle(pages, "gap"),
    page: middle(pages, "perSecond"),
    node: middle(nodes, "perSecond"),
    ratio: median(pages.map(({ perSecond }, i) => perSecond / nodes[i].perSecond)),
    rounds: pages.map((page, i) => ({ page, node: nodes[i] })),
  };
}
