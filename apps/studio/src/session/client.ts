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
  /** It was ended, or never began: whatever is asked fails at once. */
  readonly isDead: boolean;
  /** Resolves when nothing that was asked is unanswered. */
  idle(): Promise<void>;
  close(): void;
}

interface Waiting {
  readonly answer: Promise<never>;
  resolve(value: never): void;
  reject(error: Error): void;
}

const didNotStart = (message: string | undefined): Problem => ({
  code: "worker",
  message:
    "The part of the page that computes did not start. Reload the page. If that does not help, its host does not hand out " +
    `all of its files, or this browser is too old for it.${message ? ` (${message})` : ""}`,
});

/** Starts a worker; `onNews` hears what it tells unasked. */
export function connect(worker: Worker, onNews: (news: News) => void): Connection {
  const waiting = new Map<number, Waiting>();
  let count = 0;
  let hasAnswered = false;
  let death: Problem | undefined;
  const failAll = (problem: Problem) => {
    for (const { reject } of waiting.values()) reject(new WorkerProblem(problem));
    waiting.clear();
  };
  const end = (problem: Problem) => {
    death ??= problem;
    worker.terminate();
    failAll(problem);
  };
  worker.onmessage = ({ data }: MessageEvent<WorkerMessage>) => {
    hasAnswered = true;
    if ("news" in data) return onNews(data.news);
    const entry = waiting.get(data.id);
    waiting.delete(data.id);
    if ("problem" in data) entry?.reject(new WorkerProblem(data.problem));
    else entry?.resolve(data.result as never);
  };
  worker.onmessageerror = () =>
    failAll({ code: "memory", message: "There is not enough memory to show what was computed." });
  worker.onerror = (event) => {
    event.preventDefault();
    if (!hasAnswered) return end(didNotStart(event.message));
    // What was asked is still being answered: this came from something beside it, such as a timer of a foreign model.
    return onNews({ kind: "note", text: `Something failed beside the computation: ${event.message}` });
  };
  const request = (name: RequestMessage["name"], args: readonly unknown[]) => {
    if (death) return Promise.reject(new WorkerProblem(death));
    const id = ++count;
    const { promise, resolve, reject } = withResolvers();
    waiting.set(id, { answer: promise, resolve, reject });
    worker.postMessage({ id, name, args } satisfies RequestMessage);
    return promise;
  };
  const client = new Proxy({} as Client, {
    get:
      (_, name) =>
      (...args: unknown[]) =>
        request(name as RequestMessage["name"], args),
  });
  return {
    client,
    get isDead() {
      return death !== undefined;
    },
    async idle() {
      await Promise.allSettled([...waiting.values()].map(({ answer }) => answer));
    },
    close: () => end({ code: "closed", message: "The computation was ended." }),
  };
}

function withResolvers(): {
  promise: Promise<never>;
  resolve(value: never): void;
  reject(error: Error): void;
} {
  let settle: { resolve(value: never): void; reject(error: Error): void } | undefined;
  const promise = new Promise<never>((resolve, reject) => {
    settle = { resolve, reject };
  });
  return { promise, ...(settle as NonNullable<typeof settle>) };
}
