import { memory, setWarningHandler, type Tensor } from "@plenoptic/tensor";
import { expect } from "vitest";

function tensorsIn(container: unknown, found = new Set<Tensor>()): Set<Tensor> {
  if (container === null || typeof container !== "object" || ArrayBuffer.isView(container)) return found;
  if ("dataId" in container && "isDisposed" in container) {
    const x = container as Tensor;
    if (!x.isDisposed) found.add(x);
  } else {
    for (const item of container instanceof Map ? container.values() : Object.values(container))
      tensorsIn(item, found);
  }
  return found;
}

/**
 * Runs `fn` and fails unless it leaves as many tensors alive as there were, but for those it returns (alone, or in a
 * list, plain record or map). Waits for a promise.
 */
export function withoutLeak<T>(fn: () => T): T {
  const before = memory().numTensors;
  const check = (result: unknown) => {
    const left = memory().numTensors - before - tensorsIn(result).size;
    expect(left, "tensors left behind").toBe(0);
  };
  const result = fn();
  if (result instanceof Promise) {
    return result.then((settled) => {
      check(settled);
      return settled;
    }) as T;
  }
  check(result);
  return result;
}

/** A warning as it came to the handler. */
export interface HeardWarning {
  readonly category: string;
  readonly message: string;
}

/** Runs `fn` (awaiting it) with a handler that collects the warnings instead of printing them. */
export async function collectWarnings<T>(
  fn: () => T | Promise<T>,
): Promise<{ result: T; warnings: HeardWarning[] }> {
  const warnings: HeardWarning[] = [];
  const before = setWarningHandler((category, message) => warnings.push({ category, message }));
  try {
    return { result: await fn(), warnings };
  } finally {
    setWarningHandler(before);
  }
}
