/* global PerformanceObserver, MutationObserver, document, CanvasRenderingContext2D, requestAnimationFrame */
// Runs in the page, before its own code: notes what visitors would notice.

/** Installs `bench` in the page. Playwright hands this function over as text, so that it may use nothing from outside. */
export function installInstruments() {
  const longTasks = [];
  const marks = [];
  const gaps = [];
  const clicks = [];
  let firstPicture;
  let before;

  // The browser tells of tasks above 50 ms only.
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) longTasks.push({ at: startTime, ms: duration });
  }).observe({ type: "longtask", buffered: true });

  // How long the thread was not free for a timer: shows shorter tasks as well, and tasks that follow each other.
  let tick = performance.now();
  setInterval(() => {
    const now = performance.now();
    if (now - tick > 8) gaps.push({ at: tick, ms: now - tick });
    tick = now;
  }, 4);

  addEventListener(
    "click",
    ({ timeStamp, target }) => {
      const name = target.closest?.("button")?.textContent.trim();
      clicks.push({ at: timeStamp, name });
      if (name === "Run" || name === "Start anew") [firstPicture, before] = [undefined, undefined];
    },
    true,
  );

  const { putImageData } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.putImageData = function (image, ...where) {
    const result = putImageData.call(this, image, ...where);
    const label = this.canvas.getAttribute("aria-label") ?? "";
    if (firstPicture === undefined && label.startsWith("Metamer after")) {
      if (label.startsWith("Metamer after 0 ")) before = image.data.slice();
      else if (!before || image.data.some((value, i) => value !== before[i])) {
        firstPicture = Number.POSITIVE_INFINITY;
        // It is on the screen once the frame after this one begins.
        requestAnimationFrame(() =>
          requestAnimationFrame(() => {
            firstPicture = performance.now();
          }),
        );
      }
    }
    return result;
  };

  const iterationNow = () =>
    Number(document.querySelector("[data-testid=iteration]")?.textContent.split(" ")[0]);
  const note = () => {
    const iteration = iterationNow();
    if (iteration > 0 && iteration !== marks.at(-1)?.iteration)
      marks.push({ at: performance.now(), iteration });
  };
  addEventListener("DOMContentLoaded", () =>
    new MutationObserver(note).observe(document.body, {
      subtree: true,
      childList: true,
      characterData: true,
    }),
  );

  const worst = (list, from, to) =>
    list.reduce((most, { at, ms }) => (at + ms > from && at < to ? Math.max(most, ms) : most), 0);

  globalThis.bench = {
    marks,
    clicks,
    iterationNow,
    /** Resolves when a function gives something, which is asked at each change of the page. */
    until: (check) =>
      new Promise((resolve) => {
        const look = () => {
          const found = check();
          if (!found) return;
          observer.disconnect();
          resolve(found);
        };
        const observer = new MutationObserver(look);
        observer.observe(document.body, {
          subtree: true,
          childList: true,
          characterData: true,
          attributes: true,
        });
        look();
      }),
    /** From the click to the first picture that had changed. */
    firstPictureMs: () => firstPicture - clicks.findLast(({ name }) => /^(Run|Start anew)$/.test(name)).at,
    /** The longest task, and the longest time without a turn, between two times. */
    worst: (from, to) => ({
      longTask: worst(longTasks, from, to),
      gap: worst(gaps, from, to),
      longTasks: longTasks.filter(({ at, ms }) => at + ms > from && at < to),
    }),
    /** Iterations in a second that could be seen, from the first to the last while it ran. */
    perSecond: () => {
      const from = marks[0];
      const to = marks.at(-2);
      return (1000 * (to.iteration - from.iteration)) / (to.at - from.at);
    },
    reset: () => {
      marks.length = 0;
    },
  };
}
