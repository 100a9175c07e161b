import type { TorchArray, TorchDType } from "./dtypes.js";

/** A tensor in a file: its values in host memory, row-major, without gaps. */
export class TorchTensor {
  constructor(
    readonly dtype: TorchDType,
    readonly shape: readonly number[],
    /** One number an element; two, real and imaginary, for complex ones. bool is 0 or 1. */
    readonly values: TorchArray,
    readonly details: {
      readonly requiresGrad?: boolean;
      /** Where it lay when it was saved, e.g. "cpu" or "cuda:0". */
      readonly location?: string;
    } = {},
  ) {}
}

/** A Python tuple. `torch.Size` is one too, with `isSize`. */
export class PythonTuple<T = TorchValue> {
  readonly items: readonly T[];
  constructor(
    items: readonly T[],
    readonly isSize = false,
  ) {
    this.items = items;
  }
}

/** A Python float, for writing: a number by itself is written as an int when it is whole. Reading gives plain numbers. */
export class PythonFloat {
  constructor(readonly value: number) {}
}

/** A `torch.dtype` itself. */
export class TorchDTypeName {
  constructor(readonly name: string) {}
}

/**
 * What a torch file can hold here. dict, OrderedDict and Counter are Maps; a `Float64Array` is written as a list of
 * floats.
 */
export type TorchValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | Float64Array
  | TorchTensor
  | TorchDTypeName
  | PythonTuple<TorchValue>
  | PythonFloat
  | TorchValue[]
  | Map<TorchValue, TorchValue>
  | Set<TorchValue>;
