// How long tasks of the page's main thread computed: another process that takes the processor away does not count.

/** Does something, and gives the processor's time of the longest task of the page's main thread, in milliseconds. */
export async function longestTask(page, work) {
  const session = await page.context().newCDPSession(page);
  const events = [];
  session.on("Tracing.dataCollected", ({ value }) => {
    for (const event of value) {
      if (event.name === "thread_name" || event.tdur > 1000) events.push(event);
    }
  });
  const traceConfig = { includedCategories: ["toplevel", "__metadata"], excludedCategories: ["*"] };
  await session.send("Tracing.start", { transferMode: "ReportEvents", traceConfig });
  try {
    await work();
  } finally {
    const complete = new Promise((resolve) => session.once("Tracing.tracingComplete", resolve));
    await session.send("Tracing.end");
    await complete;
    await session.detach();
  }
  const isMain = ({ pid, tid }) =>
    events.some((one) => one.pid === pid && one.tid === tid && one.args.name === "CrRendererMain");
  const tasks = events.filter((event) => event.name.endsWith("RunTask") && isMain(event));
  return Math.max(0, ...tasks.map(({ tdur }) => tdur / 1000));
}
