/* global bench */
// What the page, its worker, the WebAssembly module and their process hold, by the browser's own account.
import { readFileSync } from "node:fs";
import { openStudio, press } from "./chromium.mjs";

/**
 * Runs in the worker before its own code: notes the memories of the WebAssembly modules that it makes, and its files.
 * (Asking the debugger for all objects of a class, as is done of the page, ends a worker's process.)
 */
function noteObjects() {
  const memories = [];
  const blobs = [];
  const noting = (kind, note) =>
    new Proxy(kind, {
      construct(target, args) {
        const made = Reflect.construct(target, args);
        note(made);
        return made;
      },
    });
  WebAssembly.Instance = noting(
    WebAssembly.Instance,
    ({ exports: { memory } }) => memory && memories.push(memory),
  );
  globalThis.Blob = noting(Blob, (blob) => blobs.push(new WeakRef(blob)));
  globalThis.noted = () => ({
    wasm: memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0),
    blobs: blobs.flatMap((ref) => ref.deref()?.size ?? []),
  });
}

/** Call it before the page is opened: its worker will know how much its WebAssembly modules hold, and its files. */
export function watchWorker(page) {
  page.on("worker", (worker) => void worker.evaluate(noteObjects));
}

/** Sends commands of the DevTools protocol to the page's worker, through the page's own session. */
async function workerSession(session) {
  const attached = new Promise((resolve) => {
    session.on("Target.attachedToTarget", (event) => {
      if (event.targetInfo.type === "worker") resolve(event);
    });
  });
  await session.send("Target.setAutoAttach", {
    autoAttach: true,
    waitForDebuggerOnStart: false,
    flatten: false,
  });
  const { sessionId } = await attached;
  const waiting = new Map();
  let count = 0;
  session.on("Target.receivedMessageFromTarget", ({ message }) => {
    const { id, result, error } = JSON.parse(message);
    const entry = waiting.get(id);
    waiting.delete(id);
    if (error) entry?.reject(new Error(error.message));
    else entry?.resolve(result);
  });
  return {
    send: (method, params = {}) =>
      new Promise((resolve, reject) => {
        const id = ++count;
        waiting.set(id, { resolve, reject });
        session
          .send("Target.sendMessageToTarget", { sessionId, message: JSON.stringify({ id, method, params }) })
          .catch(reject);
      }),
  };
}

/** The bytes of each file that is alive. */
async function filesOf({ send }) {
  const { result: prototype } = await send("Runtime.evaluate", { expression: "Blob.prototype" });
  const { objects } = await send("Runtime.queryObjects", { prototypeObjectId: prototype.objectId });
  const { result } = await send("Runtime.callFunctionOn", {
    objectId: objects.objectId,
    returnByValue: true,
    functionDeclaration: "function () { return this.map(({ size }) => size); }",
  });
  for (const { objectId } of [prototype, objects]) await send("Runtime.releaseObject", { objectId });
  return result.value;
}

async function heapOf({ send }) {
  // What is only waiting for its finalizer goes with the second.
  for (let i = 0; i < 2; i++) await send("HeapProfiler.collectGarbage");
  const { usedSize, backingStorageSize = 0, embedderHeapUsedSize = 0 } = await send("Runtime.getHeapUsage");
  return { heap: usedSize, arrays: backingStorageSize, embedder: embedderHeapUsedSize };
}

/** Kilobytes in /proc, as bytes. */
function residentOf(pid) {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return 1024 * Number(status.match(/VmRSS:\s+(\d+)/)?.[1]);
}

const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);

/** Measures the memory of a page whose worker runs; each measurement collects garbage first. */
export async function memoryOf(browser, page) {
  const session = await page.context().newCDPSession(page);
  const send = (method, params) => session.send(method, params);
  const worker = await workerSession(session);
  const browserSession = await browser.newBrowserCDPSession();
  return async () => {
    const [pageHeap, workerHeap] = [await heapOf({ send }), await heapOf(worker)];
    const { result } = await worker.send("Runtime.evaluate", { expression: "noted()", returnByValue: true });
    const blobs = [...result.value.blobs, ...(await filesOf({ send }))];
    const { processInfo } = await browserSession.send("SystemInfo.getProcessInfo");
    const resident = (type) =>
      Math.max(...processInfo.filter((one) => one.type === type).map(({ id }) => residentOf(id)));
    return {
      page: pageHeap,
      worker: workerHeap,
      wasm: result.value.wasm,
      blobs: sum(blobs),
      blobCount: blobs.length,
      renderer: resident("renderer"),
      browser: resident("browser"),
    };
  };
}

/** Iterations at which memory is measured. */
const points = [500, 1000, 2500, 5000, 10_000, 20_000];
/** Four numbers of eight bytes for an iteration, in lists that may have half as much room again. */
const recordBytes = 4 * 8 * 1.5;
/** What heaps differ by from one measurement to the next: code that is compiled or thrown away, pictures that are shown. */
const slackBytes = 1.5 * 2 ** 20;
/** The part by which the process may differ. */
const slackPart = 0.05;

/** Memory while one metamer is made of which no images are stored; `at` iterations of each measurement. */
export async function measureMemory({ browser, address }, iterations) {
  const settings = { "max-iter": iterations, "store-progress": 0, "stop-criterion": 0, device: "cpu" };
  const page = await openStudio(browser, address, new URLSearchParams(settings));
  try {
    const measure = await memoryOf(browser, page);
    await press(page, "Run");
    const rows = [];
    for (const at of points.filter((point) => point <= iterations)) {
      await page.evaluate((least) => bench.until(() => bench.iterationNow() >= least), at);
      rows.push({ at, ...(await measure()) });
    }
    return rows;
  } finally {
    await page.context().close();
  }
}

const bytesOf = ({ heap, arrays }) => heap + arrays;

/** What has grown more than the numbers of the iterations explain, from the second measurement to the last. */
export function grownIn(rows) {
  const [first, last] = [rows[1], rows.at(-1)];
  const allowed = recordBytes * (last.at - first.at) + slackBytes;
  const grown = [];
  for (const side of ["page", "worker"]) {
    const by = bytesOf(last[side]) - bytesOf(first[side]);
    if (by > allowed) grown.push(`the ${side}'s heap by ${megabytes(by)} MB`);
  }
  if (last.wasm !== first.wasm) grown.push(`WebAssembly by ${megabytes(last.wasm - first.wasm)} MB`);
  if (last.blobs > first.blobs + slackBytes + 2 ** 21) grown.push("files");
  for (const process of ["renderer", "browser"]) {
    if (last[process] > (1 + slackPart) * first[process])
      grown.push(`the process of the ${process} by ${megabytes(last[process] - first[process])} MB`);
  }
  return grown;
}

const megabytes = (bytes) => (bytes / 2 ** 20).toFixed(1);

export function printMemory(rows) {
  console.log(
    "\nMemory in MB while 256×256 are synthesized with Gaussian, after garbage has been collected:",
  );
  const cell = (text) => String(text).padStart(11);
  const columns = ["iteration", "page", "worker", "wasm", "files", "renderer", "browser"];
  console.log(columns.map(cell).join(""));
  for (const row of rows) {
    const sizes = [bytesOf(row.page), bytesOf(row.worker), row.wasm, row.blobs, row.renderer, row.browser];
    console.log([row.at, ...sizes.map(megabytes)].map(cell).join(""));
  }
}
