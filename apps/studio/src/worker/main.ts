import "@plenoptic/backend-cpu";
import { errorCode } from "@plenoptic/cli/settings";
import type { Handlers, News, RequestMessage, RunOrder, RunStart, WorkerMessage } from "../protocol.js";
import { isForeign } from "../settings/settings.js";
import { catalogue } from "./catalogue.js";
import { reportDevices } from "./devices.js";
import { importPicture } from "./import-picture.js";
import { makeOrdered } from "./make-metamer.js";
import { Opened } from "./opened.js";
import { inspect, preview } from "./picture.js";
import { toProblem } from "./problem.js";
import { Run } from "./run.js";

// The part of the page that computes. It answers one message for each request, and tells news of a run in between.

/** A dedicated worker's own side; the page's types know a window only. */
const port = globalThis as unknown as {
  postMessage(message: WorkerMessage, transfer?: Transferable[]): void;
  onmessage: ((event: MessageEvent<RequestMessage>) => void) | null;
};

/** The memory of the pictures in news, which were made for it, so that the page may have them without a copy. */
function picturesIn(news: News): ArrayBuffer[] {
  if (news.kind !== "progress") return [];
  const { metamer, error } = news.progress;
  const maps = error?.kind === "maps" ? error.maps : [];
  return [metamer, ...maps].map(({ rgba }) => rgba.buffer);
}

const tell = (news: News) => port.postMessage({ news }, picturesIn(news));

let run: Run | undefined;
/** What the run was begun with. */
let order: RunOrder | undefined;
let opened: Opened | undefined;

function currentRun(): Run {
  if (!run) throw Object.assign(new Error("There is no metamer yet. Press Run first."), { code: "state" });
  return run;
}

async function begin(given: RunOrder, whyCpu?: string): Promise<RunStart> {
  await run?.dispose();
  run = undefined;
  order = given;
  run = new Run(await makeOrdered(given, tell, whyCpu), tell);
  return run.describeStart();
}

/** Does something with the GPU, and with `cpu` from the beginning where that is lost before anything of it is in safety. */
async function orBeginAnew<T>(
  work: () => Promise<T>,
  again: (start: RunStart) => T | Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (errorCode(error) !== "device-lost" || !order) throw error;
    const reason = "The GPU was lost at the beginning, so the processor computes.";
    const start = await begin({ ...order, settings: { ...order.settings, device: "cpu" } }, reason);
    tell({ kind: "moved", device: "cpu", reason });
    return again(start);
  }
}

const withRun = <T>(work: (run: Run) => Promise<T>): Promise<T> => {
  const once = () => work(currentRun());
  return orBeginAnew(async () => once(), once);
};

const handlers: Handlers = {
  async describe() {
    return { catalogue: await catalogue(), devices: await reportDevices() };
  },
  inspect,
  preview,
  async start(given) {
    const start = await orBeginAnew(
      () => begin(given),
      (anew) => anew,
    );
    opened = undefined;
    return start;
  },
  synthesize: (until, stopCriterion) => withRun((run) => run.synthesize(until, stopCriterion)),
  pause: () => run?.pause(),
  frame: (index) => (opened ?? currentRun()).frame(index),
  importPicture,
  async open(file) {
    opened = await Opened.read(file);
    return opened.describe();
  },
  arrays: () => withRun((run) => run.arrays()),
  save: () => withRun((run) => run.save()),
  png: (which) => withRun((run) => run.png(which)),
};

port.onmessage = async ({ data: { id, name, args } }) => {
  try {
    const handle = handlers[name] as (...given: readonly unknown[]) => unknown;
    port.postMessage({ id, result: await handle(...args) });
  } catch (error) {
    port.postMessage({
      id,
      problem: toProblem(error, { runsForeignCode: isForeign(order?.settings.model ?? "") }),
    });
  }
};
