import { type FileSource, readBytes } from "./files.js";
import { FormatError } from "./format-error.js";
import { readTorch } from "./torch-read.js";
import { PythonTuple, TorchTensor, type TorchValue } from "./value.js";

/** A model, function, optimizer or scheduler: saved by its name, for code is not saved. */
export interface SavedCallable {
  readonly name: string | null;
  /** Of the inputs that it was tried on, and of its output; null for optimizers and schedulers. */
  readonly shapes: {
    readonly inputs: readonly (readonly number[])[];
    readonly output: readonly number[];
  } | null;
}

/** What is in a file of a synthesis object; print it with `String()`. */
export interface SavedSynthesis {
  /** Release of the reference whose format it is, release of torch, class, and who wrote it. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly callables: Readonly<Record<string, SavedCallable>>;
  readonly tensors: Readonly<Record<string, { readonly dtype: string; readonly shape: readonly number[] }>>;
  /** Everything else, in words. */
  readonly others: Readonly<Record<string, string>>;
  toString(): string;
}

type Attributes = Map<string, TorchValue>;

const display = (name: string) => name.replace(/^_/, "");

function isCallable(value: TorchValue): value is PythonTuple<TorchValue> {
  if (!(value instanceof PythonTuple) || value.isSize) return false;
  const [name] = value.items;
  return (typeof name === "string" || name === null) && value.items.length >= 2;
}

/** `2 * _image` is twice the attribute `_image`, of the same shape. */
function shapeOf(input: TorchValue, attributes: Attributes): readonly number[] {
  const name = String(input).split("*").at(-1)?.trim() ?? "";
  const tensor = attributes.get(name);
  return tensor instanceof TorchTensor ? tensor.shape : [];
}

function describeCallable({ items }: PythonTuple<TorchValue>, attributes: Attributes): SavedCallable {
  const [name, inputs, output] = items;
  const isTried = inputs instanceof PythonTuple && output instanceof TorchTensor;
  return {
    name: name as string | null,
    shapes: isTried
      ? { inputs: inputs.items.map((one) => shapeOf(one, attributes)), output: output.shape }
      : null,
  };
}

function describeOther(value: TorchValue): string {
  if (value === null) return "None";
  if (Array.isArray(value)) return `list of ${value.length}`;
  if (value instanceof PythonTuple) return `${value.isSize ? "size" : "tuple"} of ${value.items.length}`;
  if (value instanceof Map) return `dictionary of ${value.size}`;
  if (typeof value === "object") return "an object";
  return String(value);
}

const showShape = (shape: readonly number[]) => `[${shape.join(", ")}]`;

function showCallable({ name, shapes }: SavedCallable): string {
  if (!shapes) return name ?? "None";
  return `${name}, ${shapes.inputs.map(showShape).join(", ")} → ${showShape(shapes.output)}`;
}

function table(title: string, rows: Readonly<Record<string, string>>): string {
  const width = Math.max(0, ...Object.keys(rows).map(({ length }) => length));
  const lines = Object.entries(rows).map(([name, text]) => `${name.padEnd(width)} : ${text}`);
  return [title, "-".repeat(title.length), ...lines].join("\n");
}

const mapValues = <A, B>(record: Readonly<Record<string, A>>, f: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, f(value)]));

class Examined implements SavedSynthesis {
  readonly metadata: Record<string, string> = Object.create(null);
  readonly callables: Record<string, SavedCallable> = Object.create(null);
  readonly tensors: Record<string, { dtype: string; shape: readonly number[] }> = Object.create(null);
  readonly others: Record<string, string> = Object.create(null);

  constructor(attributes: Attributes) {
    const metadata = attributes.get("save_metadata") as Map<TorchValue, TorchValue>;
    for (const [name, value] of metadata) this.metadata[String(name)] = describeOther(value);
    for (const [name, value] of attributes) {
      if (name === "save_metadata") continue;
      if (isCallable(value)) this.callables[display(name)] = describeCallable(value, attributes);
      else if (value instanceof TorchTensor)
        this.tensors[display(name)] = { dtype: value.dtype, shape: value.shape };
      else this.others[display(name)] = describeOther(value);
    }
  }

  toString(): string {
    return [
      table("Metadata", this.metadata),
      table("Callables", mapValues(this.callables, showCallable)),
      table(
        "Tensors",
        mapValues(this.tensors, ({ dtype, shape }) => `${dtype} ${showShape(shape)}`),
      ),
      table("Others", this.others),
    ].join("\n\n");
  }
}

/**
 * What is in a `.pt` file of a synthesis object, without making that object: for finding out why one does not load.
 *
 * @param source - path or URL of a file, a Blob, or bytes
 * @throws {@link FormatError} for a file that is broken, or is none of a synthesis object
 *
 * @example
 * ```ts
 * import { examineSavedSynthesis, TorchTensor, writeTorch } from "@plenoptic/io";
 * const metadata = new Map([["synthesis_object", "plenoptic.Metamer"]]);
 * const image = new TorchTensor("float32", [1, 1, 1, 1], Float32Array.of(0.5));
 * const bytes = writeTorch(new Map([["save_metadata", metadata], ["_image", image]]));
 * const examined = await examineSavedSynthesis(bytes); // or a path
 * console.log(String(examined)); // Metadata … Tensors … image : float32 [1, 1, 1, 1] …
 * ```
 */
export async function examineSavedSynthesis(source: FileSource): Promise<SavedSynthesis> {
  const value = readTorch(await readBytes(source));
  const entries = value instanceof Map ? [...value].filter(([key]) => typeof key === "string") : [];
  const attributes = new Map(entries as [string, TorchValue][]);
  if (!(attributes.get("save_metadata") instanceof Map)) {
    throw new FormatError(
      "Unable to parse the saved object: is this a file of a synthesis object? It has no save_metadata.",
    );
  }
  return new Examined(attributes);
}
