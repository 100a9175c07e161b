import type { Device, DType, Tensor } from "@plenoptic/tensor";
import type { NumberArray } from "./arrays.js";

/**
 * What a case is about: `values` of ops against formulas in doubles, `gradients` of first and second order, `kernels` of a
 * backend's own against their compositions, `memory`, `errors`, `moving` between devices, and whole `synthesis`.
 */
export type CaseGroup = "values" | "gradients" | "kernels" | "memory" | "errors" | "moving" | "synthesis";

/** One thing that a backend must do. Any runner of tests, or none, can run it. */
export interface ConformanceCase {
  readonly group: CaseGroup;
  readonly name: string;
  /** Why it is left out, if it is (see {@link ConformanceOptions.except}). */
  readonly skip?: string;
  /** Rejects with the reason when the backend does something else. */
  run(): Promise<void>;
}

/** A known shortcoming of a backend. */
export interface Exception {
  /** Matches `"group: name"` of the cases that are left out. */
  readonly cases: RegExp;
  /** Why; shown beside the name of each case. */
  readonly reason: string;
}

export interface ConformanceOptions {
  /** Default: all groups. */
  readonly groups?: readonly CaseGroup[];
  /** Cases that the backend cannot pass, each with its reason. One that matches no case is an error. */
  readonly except?: readonly Exception[];
  /** Where a synthesis is moved to, and what it runs beside. Default: `cpu` in both precisions. */
  readonly others?: readonly Device[];
  /** Height and width of the picture of a synthesis. Default 64; smaller where a GPU is simulated. */
  readonly pictureSize?: number;
}

/** How one op is tested: what it gets, and what should come out. */
export interface OpCase {
  /** Names of the exported ops that it tests; the first is in its title. */
  readonly ops: readonly string[];
  readonly title: string;
  readonly inputs: readonly NumberArray[];
  /** Runs the op on the device that the inputs live on. Booleans and whole numbers are to be cast to floats. */
  apply(...inputs: Tensor[]): Tensor | Tensor[];
  /** The same in doubles, by the definition of the op. */
  oracle(...inputs: NumberArray[]): NumberArray | readonly NumberArray[];
  /** Positions of the inputs with respect to which derivatives are checked; none by default. */
  readonly differentiate?: readonly number[];
  /** Left out in the other precision. */
  readonly dtype?: DType;
  /** Whether each value is compared by itself, so that small ones count beside large ones. */
  readonly each?: boolean;
  /** Whether the result must be exact to the bit in both precisions. */
  readonly exact?: boolean;
}

/** How a kernel of ours is called, to be compared with its composition. */
export interface KernelCall {
  readonly kernel: string;
  readonly title: string;
  readonly inputs: Readonly<Record<string, NumberArray>>;
  /** Names of the inputs that are whole numbers; the others are floats. */
  readonly whole?: readonly string[];
  readonly attrs: object;
}
