/* global bench, document */
// The longest task of the page's main thread while visitors do what takes work.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ended, openStudio, press, watched } from "./chromium.mjs";
import { longestTask } from "./trace.mjs";

const isRunning = (page) =>
  page.evaluate(() =>
    bench.until(() => [...document.querySelectorAll("button")].some((b) => b.textContent === "Pause")),
  );
const says = (page, text) =>
  page.evaluate((words) => bench.until(() => document.body.textContent.includes(words)), text);

async function downloaded(page, name, path) {
  const [download] = await Promise.all([page.waitForEvent("download"), press(page, name)]);
  await download.saveAs(path);
}

/** Drags the slider from its end to its beginning, as a hand does. */
async function scrub(page) {
  const box = await page.evaluate(() => {
    const slider = document.querySelector("input[type=range]");
    slider.scrollIntoView({ block: "center" });
    const { x, y, width, height } = slider.getBoundingClientRect();
    return { x, y: y + height / 2, width };
  });
  await page.mouse.move(box.x + box.width - 8, box.y);
  await page.mouse.down();
  const steps = 80;
  for (let i = 0; i <= steps; i++) {
    await page.mouse.move(box.x + 8 + ((box.width - 16) * (steps - i)) / steps, box.y);
    await page.waitForTimeout(8);
  }
  await page.mouse.up();
}

/** What is done, one after the other; each leaves the page so that the next can be done. */
const steps = [
  {
    name: "run, 2000 iterations, kept every 2 s",
    async work(page) {
      await press(page, "Run");
      await ended(page);
    },
  },
  {
    name: "run again, stop in the middle",
    async work(page) {
      await press(page, "Start anew");
      await isRunning(page);
      await press(page, "Stop");
      await ended(page);
    },
  },
  { name: "drag along the stored images", work: scrub },
  { name: "download metamer.pt", work: (page, file) => downloaded(page, "metamer.pt", file) },
  { name: "make metamer.gif", work: (page, file) => downloaded(page, "metamer.gif", `${file}.gif`) },
  { name: "make metamer.mp4", work: (page, file) => downloaded(page, "metamer.mp4", `${file}.mp4`) },
  {
    name: "open metamer.pt",
    async work(page, file) {
      await page.setInputFiles("input[type=file]", file);
      await says(page, "opened");
    },
  },
];

/** The longest task of each step; in milliseconds, 0 where none took more than 50. */
export async function measureTasks({ browser, address }, iterations = 2000) {
  const folder = mkdtempSync(join(tmpdir(), "studio-bench-"));
  const settings = { "max-iter": iterations, "store-progress": 20, "stop-criterion": 0, device: "cpu" };
  const page = await openStudio(browser, address, new URLSearchParams(settings));
  try {
    const rows = [];
    for (const { name, work } of steps) {
      let seen;
      const cpuMs = await longestTask(page, async () => {
        seen = await watched(page, () => work(page, join(folder, "metamer.pt")));
      });
      rows.push({ name, longTaskMs: seen.longTask, cpuMs, gapMs: seen.gap });
    }
    return rows;
  } finally {
    await page.context().close();
    rmSync(folder, { recursive: true, force: true });
  }
}
