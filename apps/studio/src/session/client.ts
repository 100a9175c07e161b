import type { Client, News, Problem, RequestMessage, WorkerMessage } from "../protocol.js";

/** What the worker said went wrong. */
export class WorkerProblem extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message);
  }
}

/** A worker that answers requests. */
export interface Connection {
  readonly client: Client;
  close(): void;
}

/** Starts a worker; `onNews` hears what it tells unasked. */
export function connect(worker: Worker, onNews: (news: News) => void): Connection {
  const waiting = new Map<number, { resolve(value: never): void; reject(error: Error): void }>();
  let count = 0;
  const failAll = (problem: Problem) => {
    for (const { reject } of waiting.values()) reject(new WorkerProblem(problem));
    waiting.clear();
  };
  worker.onmessage = ({ data }: MessageEvent<WorkerMessage>) => {
    if ("news" in data) return onNews(data.news);
    const entry = waiting.get(data.id);
    waiting.delete(data.id);
    if ("problem" in data) entry?.reject(new WorkerProblem(data.problem));
    else entry?.resolve(data.result as never);
  };
  worker.onerror = (event) => {
    event.preventDefault();
    failAll({
      code: "worker",
      message: event.message || "The part of the page that computes did not start.",
    });
  };
  const request = (name: RequestMessage["name"], args: readonly unknown[]) =>
    new Promise<never>((resolve, reject) => {
      const id = ++count;
      waiting.set(id, { resolve, reject });
      worker.postMessage({ id, name, args } satisfies RequestMessage);
    });
  const client = new Proxy({} as Client, {
    get:
      (_, name) =>
      (...args: unknown[]) =>
        request(name as RequestMessage["name"], args),
  });
  return {
    client,
    close() {
      worker.terminate();
      failAll({ code: "closed", message: "The computation was ended." });
    },
  };
}
