import {
  add,
  type ComplexPair,
  dispose,
  mul,
  setSeed,
  square,
  sum,
  type Tensor,
  tensor,
  valueAndGrads,
} from "@plenoptic/tensor";
import { expectClose, numbersOf, spreadNumbers, withoutLeak } from "@plenoptic/testing";
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
  /** Precision of the reference's arrays; ours is only compared in the same, if one is given. */
  readonly dtype?: "float32";
  readonly seed?: number;
  /** Whether to compare gradients, too, those of a sum of squares of all of the result; default true. */
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
  if ("list" in value) return (value.list as ArrayText[]).map(toOurs);
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

export function partsOf(value: unknown): Tensor[] {
  if (value === null || typeof value !== "object") return [];
  if ("dataId" in value) return [value as Tensor];
  return [...(value instanceof Map ? value.values() : Object.values(value))].flatMap(partsOf);
}

/** A value with its tensors replaced by others, in the order in which {@link partsOf} finds them. */
function withParts(value: unknown, parts: Tensor[]): unknown {
  if (value === null || typeof value !== "object") return value;
  if ("dataId" in value) return parts.shift();
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [key, withParts(item, parts)]));
  if (Array.isArray(value)) return value.map((item) => withParts(item, parts));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withParts(item, parts)]));
}

/** Σ w · part² / 2, the weights w being 1, 1.25, 1.5, 1 … along the values: no symmetry of the result hides a part of its slope. */
function weightedSquares(part: Tensor, factor: number): Tensor {
  const weights = Array.from({ length: part.size }, (_, i) => (factor * (1 + (i % 3) / 4)) / 2);
  return sum(mul(square(part), tensor(weights, part.shape)));
}

/** The sum over all parts of a result, imaginary parts counting twice. */
function lossOf(result: unknown): Tensor {
  if ("dataId" in (result as object)) return weightedSquares(result as Tensor, 1);
  if ("imag" in (result as object)) {
    const { real, imag } = result as ComplexPair;
    return add(weightedSquares(real, 1), weightedSquares(imag, 2));
  }
  const items = result instanceof Map ? [...result.values()] : Object.values(result as object);
  return items.map(lossOf).reduce((a, b) => add(a, b));
}

/** Gradients of {@link lossOf} the result, with respect to the parts of the inputs. */
export function gradientsOf(ours: ReferenceCase["ours"], given: unknown[]): Tensor[] {
  const loss = (...parts: Tensor[]) => lossOf(ours(...(withParts(given, [...parts]) as never[])));
  const { value, grads } = valueAndGrads(loss)(partsOf(given));
  dispose(value);
  return grads;
}

export interface ReferenceAnswer {
  readonly result?: Answer;
  readonly gradients?: ArrayText[];
  readonly error?: string;
}

/** Runs ours on the active device and compares values and gradients; fails if it leaves something behind. */
export function checkCase(
  { inputs, ours, seed, gradient = true }: ReferenceCase,
  theirs: ReferenceAnswer,
  bound: number,
): void {
  expect(theirs.error, "what the reference says").toBeUndefined();
  withoutLeak(() => {
    const given = inputs.map(toOurs);
    if (seed !== undefined) setSeed(seed);
    const result = withoutLeak(() => ours(...(given as never[])));
    expectAnswer(result, theirs.result as Answer, bound);
    if (gradient) {
      const grads = gradientsOf(ours, given);
      const wanted = (theirs.gradients as ArrayText[]).flatMap(({ shape, real, imag }) =>
        imag
          ? [
              { shape, real },
              { shape, real: imag },
            ]
          : [{ shape, real }],
      );
      expectAnswer(grads, wanted, bound, "gradient");
      dispose(grads);
    }
    dispose(given, result);
  });
}
