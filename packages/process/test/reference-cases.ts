import { type ComplexPair, dispose, type Tensor, tensor } from "@plenoptic/tensor";
import { expectClose, numbersOf, spreadNumbers } from "@plenoptic/testing";
import { expect } from "vitest";
import { isComplex } from "../src/complex.js";

/** An array on its way to the reference and back. */
export interface ArrayText {
  shape: number[];
  real: number[];
  imag?: number[];
}
export type Mapping = { mapping: [number | string, ArrayText][] };
export type Answer = ArrayText | Mapping | Answer[];

/** What the reference is asked, and what of ours answers the same. */
export interface ReferenceCase {
  readonly name: string;
  readonly make?: Record<string, unknown>;
  readonly inputs: readonly unknown[];
  readonly options?: Record<string, unknown>;
  readonly gradient?: boolean;
  readonly ours: (...inputs: never[]) => unknown;
}

/** Numbers between -1 and 1 in no order, different for each seed. */
export function picture(shape: number[], seed = 1, kind: "real" | "complex" = "real"): ArrayText {
  const size = shape.reduce((a, b) => a * b, 1);
  const numbers = (s: number) => Array.from(spreadNumbers(size, -1, 1, s));
  return kind === "real"
    ? { shape, real: numbers(seed) }
    : { shape, real: numbers(seed), imag: numbers(seed + 100) };
}

/** An array as ours, on the active device; a mapping as a Map; anything else as it is. */
export function toOurs(value: unknown): unknown {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  if ("mapping" in value) {
    return new Map((value as Mapping).mapping.map(([key, item]) => [key, toOurs(item)]));
  }
  const { shape, real, imag } = value as ArrayText;
  return imag ? { real: tensor(real, shape), imag: tensor(imag, shape) } : tensor(real, shape);
}

function expectArray(ours: Tensor | ComplexPair, theirs: ArrayText, bound: number, label: string): void {
  const parts = isComplex(ours) ? [ours.real, ours.imag] : [ours];
  expect(parts.length, `parts of ${label}`).toBe(theirs.imag ? 2 : 1);
  for (const part of parts) expect(part.shape, `shape of ${label}`).toEqual(theirs.shape);
  // Both parts in one list: what is small beside the other is measured by the whole.
  expectClose(
    parts.flatMap((part) => Array.from(numbersOf(part))),
    [...theirs.real, ...(theirs.imag ?? [])],
    bound,
    label,
  );
}

/** Fails unless ours is the same array, list, record (in the order of a tuple) or map with the same keys in their order. */
export function expectAnswer(ours: unknown, theirs: Answer, bound: number, label = "result"): void {
  if (Array.isArray(theirs)) {
    const items = Object.values(ours as object);
    expect(items.length, `length of ${label}`).toBe(theirs.length);
    for (const [i, item] of theirs.entries()) expectAnswer(items[i], item, bound, `${label} ${i}`);
  } else if ("mapping" in theirs) {
    const map = ours as Map<number | string, Tensor | ComplexPair>;
    expect([...map.keys()], `keys of ${label}`).toEqual(theirs.mapping.map(([key]) => key));
    for (const [key, item] of theirs.mapping) {
      expectArray(map.get(key) as Tensor, item, bound, `${label} ${key}`);
    }
  } else {
    expectArray(ours as Tensor, theirs, bound, label);
  }
}

/** Runs ours on the active device and compares; frees all. */
export function checkCase(
  { inputs, ours }: ReferenceCase,
  theirs: { result?: Answer; error?: string },
  bound: number,
): void {
  expect(theirs.error, "what the reference says").toBeUndefined();
  const given = inputs.map(toOurs);
  const result = ours(...(given as never[]));
  expectAnswer(result, theirs.result as Answer, bound);
  dispose(given, result);
}
