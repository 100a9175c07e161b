import type { Tensor as EngineTensor } from "@tensorflow/tfjs-core";

/**
 * An immutable array of numbers on some device: `shape`, `rank`, `size`, `dispose()`, and `read(x)` for its
 * values. It is tfjs's own Tensor, with `shape` typed as a plain list of numbers.
 */
export type Tensor = EngineTensor & { readonly shape: number[] };
