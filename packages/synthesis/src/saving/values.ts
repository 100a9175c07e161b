import { FormatError, PythonTuple, TorchTensor, type TorchValue } from "@plenoptic/io";
import type { StateArray } from "@plenoptic/optim";

// What a file holds, checked: anything else is a FormatError that says where it is.

export type Attributes = Map<string, TorchValue>;

const wrong = (what: string, expected: string) =>
  new FormatError(`The file's ${what} is not ${expected}. Was it saved by plenoptic, and is it whole?`);

/** A tensor of a file from values in host memory. */
export function toTorch({ values, shape }: StateArray): TorchTensor {
  return new TorchTensor(values instanceof Float32Array ? "float32" : "float64", shape, values);
}

/** A floating-point tensor. */
export function floats(value: TorchValue | undefined, what: string): StateArray {
  if (value instanceof TorchTensor) {
    const { values, shape, dtype } = value;
    if (values instanceof Float64Array || (values instanceof Float32Array && !dtype.startsWith("complex"))) {
      return { values, shape };
    }
  }
  throw wrong(what, "a tensor of floating-point numbers");
}

/** A number; Python's None gives undefined. */
export function optionalNumber(value: TorchValue | undefined, what: string): number | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === "number") return value;
  if (value instanceof TorchTensor && value.values.length === 1) return Number(value.values[0]);
  throw wrong(what, "a number");
}

export function number(value: TorchValue | undefined, what: string): number {
  const found = optionalNumber(value, what);
  if (found === undefined) throw wrong(what, "a number");
  return found;
}

export function list(value: TorchValue | undefined, what: string): readonly TorchValue[] {
  if (Array.isArray(value)) return value;
  if (value instanceof PythonTuple) return value.items;
  throw wrong(what, "a list");
}

/** A list of numbers; a tensor of one axis is one too. */
export function numbers(value: TorchValue | undefined, what: string): number[] {
  if (value instanceof TorchTensor) return Array.from(value.values as Float64Array, Number);
  return list(value, what).map((item) => number(item, what));
}

/** A dictionary whose keys are texts or numbers, which are made texts. */
export function dictionary(value: TorchValue | undefined, what: string): Attributes {
  if (!(value instanceof Map)) throw wrong(what, "a dictionary");
  const entries = [...value].map(([key, item]) => {
    if (typeof key !== "string" && typeof key !== "number") throw wrong(what, "a dictionary with names");
    return [String(key), item] as const;
  });
  return new Map(entries);
}

export function text(value: TorchValue | undefined, what: string): string {
  if (typeof value === "string") return value;
  throw wrong(what, "a text");
}
