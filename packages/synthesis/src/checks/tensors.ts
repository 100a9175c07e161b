import { all, type Coroutine, cast, isFinite as finite, numbersOf, type Tensor } from "@plenoptic/tensor";

export function isTensor(value: unknown): value is Tensor {
  return typeof value === "object" && value !== null && "dataId" in value && "shape" in value;
}

/** What a function returned, for messages. */
export function describeValue(value: unknown): string {
  if (isTensor(value)) return `a tensor of shape [${value.shape.join(", ")}] and dtype ${value.dtype}`;
  if (value instanceof Promise) return "a promise";
  if (Array.isArray(value)) return "an array";
  if (value === null || typeof value !== "object") return String(value);
  return `an object of class ${value.constructor?.name ?? "(none)"}`;
}

/** Whether all values are finite. */
export function* isAllFinite(x: Tensor): Coroutine<boolean> {
  const [allAre] = yield* numbersOf(cast(all(finite(x)), "float32"));
  return allAre === 1;
}
