import type { StateArray } from "@plenoptic/optim";
import { ValidationError, warn } from "@plenoptic/tensor";

/** How strictly a file is compared with the object that loads it. */
export interface CheckOptions {
  /** Whether a difference is an error (default) or a warning. */
  raiseOnChecks?: boolean;
  /** Absolute difference of tensors that is allowed. Default 1e-8. */
  tensorEqualityAtol?: number;
  /** Relative difference of tensors that is allowed. Default 1e-5. */
  tensorEqualityRtol?: number;
}

/** Reports differences, as errors or warnings. */
export class Checks {
  private readonly raises: boolean;
  private readonly atol: number;
  private readonly rtol: number;

  constructor({ raiseOnChecks = true, tensorEqualityAtol = 1e-8, tensorEqualityRtol = 1e-5 }: CheckOptions) {
    this.raises = raiseOnChecks;
    this.atol = tensorEqualityAtol;
    this.rtol = tensorEqualityRtol;
  }

  /** What holds a difference back when it is only a warning. */
  complain(message: string, instead: "saved" | "initialized"): void {
    if (!this.raises) {
      warn("load", `${message}\nThe ${instead} value is used.`);
      return;
    }
    this.raise(
      `${message}\nIf you are sure that these objects are the same, load again with raiseOnChecks: false.`,
    );
  }

  /** An error whatever the options say. */
  raise(message: string): never {
    throw new ValidationError(
      `${message}\nexamineSavedSynthesis() and "plenoptic inspect" show what is in the file.`,
    );
  }

  /** Compares dtype, shape and values; tensors of one number may differ in shape. */
  tensors(
    what: string,
    saved: StateArray,
    own: StateArray,
    names: readonly [saved: string, own: string],
    instead: "saved" | "initialized",
  ): void {
    const show = (kind: string, a: unknown, b: unknown) =>
      `Saved and initialized ${what} have different ${kind}!\n${names[0]}: ${a}\n${names[1]}: ${b}`;
    const shapes = [saved, own].map(({ shape }) => `[${shape.join(", ")}]`);
    const isOne = saved.values.length === 1 && own.values.length === 1;
    if (shapes[0] !== shapes[1] && !isOne) {
      this.complain(show("shape", shapes[0], shapes[1]), instead);
      return;
    }
    const dtypes = [saved, own].map(({ values }) => (values instanceof Float32Array ? "float32" : "float64"));
    if (dtypes[0] !== dtypes[1]) {
      this.raise(
        `${show("dtype", dtypes[0], dtypes[1])}\nMake the object with an image of ${dtypes[0]}, load, and convert it with to().`,
      );
    }
    const difference = this.largestDifference(saved, own);
    if (difference !== undefined)
      this.complain(
        `${show("values", summary(saved), summary(own))}\nLargest difference: ${difference}`,
        instead,
      );
  }

  /** Undefined where all values are as close as is allowed. */
  private largestDifference({ values: a }: StateArray, { values: b }: StateArray): number | undefined {
    let largest = 0;
    let areClose = true;
    for (let i = 0; i < a.length; i++) {
      const difference = a[i] === b[i] ? 0 : Math.abs(a[i] - b[i]);
      if (!(difference <= this.atol + this.rtol * Math.abs(b[i]))) areClose = false;
      if (!(difference <= largest)) largest = difference;
    }
    return areClose ? undefined : largest;
  }
}

function summary({ values, shape }: StateArray): string {
  const start = [...values.slice(0, 3)].map((x) => Number(x.toPrecision(6))).join(", ");
  return values.length > 3 ? `[${shape.join(", ")}] beginning with ${start}, …` : start;
}
