import "@plenoptic/backend-cpu";
import type { Handlers, News, RequestMessage, WorkerMessage } from "../protocol.js";
import { catalogue } from "./catalogue.js";
import { reportDevices } from "./devices.js";
import { Opened } from "./opened.js";
import { importPicture, inspect, preview } from "./picture.js";
import { toProblem } from "./problem.js";
import { Run } from "./run.js";

// The part of the page that computes. It answers one message for each request, and tells news of a run in between.

/** A dedicated worker's own side; the page's types know a window only. */
const port = globalThis as unknown as {
  postMessage(message: WorkerMessage): void;
  onmessage: ((event: MessageEvent<RequestMessage>) => void) | null;
};

const tell = (news: News) => port.postMessage({ news });

let run: Run | undefined;
let opened: Opened | undefined;

function currentRun(): Run {
  if (!run) throw Object.assign(new Error("There is no metamer yet. Press Run first."), { code: "state" });
  return run;
}

const handlers: Handlers = {
  async describe() {
    return { catalogue: await catalogue(), devices: await reportDevices() };
  },
  inspect,
  preview,
  async start(order) {
    await run?.dispose();
    run = undefined;
    run = await Run.make(order, tell);
    opened = undefined;
    return run.describeStart();
  },
  synthesize: (until, stopCriterion) => currentRun().synthesize(until, stopCriterion),
  pause: () => run?.pause(),
  frame: (index) => (opened ?? currentRun()).frame(index),
  importPicture,
  async open(file) {
    opened = await Opened.read(file);
    return opened.describe();
  },
  arrays: () => currentRun().arrays(),
  save: () => currentRun().save(),
  png: (which) => currentRun().png(which),
};

port.onmessage = async ({ data: { id, name, args } }) => {
  try {
    const handle = handlers[name] as (...given: readonly unknown[]) => unknown;
    port.postMessage({ id, result: await handle(...args) });
  } catch (error) {
    port.postMessage({ id, problem: toProblem(error) });
  }
};
