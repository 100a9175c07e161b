import workerUrl from "../worker/main.ts?worker&url";

/**
 * Starts the worker. It is started from a blob because such a worker inherits the page's Content-Security-Policy, which a
 * worker from a file would not: on a plain web host nothing else can give it one.
 */
export function startWorker(runsForeignCode: boolean): Worker {
  const address = new URL(workerUrl, location.href).href;
  // Code from elsewhere is what the policy forbids. Whoever wants it gets a worker without.
  if (runsForeignCode) return new Worker(address, { type: "module", name: "synthesis with foreign code" });
  const blob = new Blob([`import ${JSON.stringify(address)};`], { type: "text/javascript" });
  const url = URL.createObjectURL(blob);
  return new Worker(url, { type: "module", name: "synthesis" });
}
