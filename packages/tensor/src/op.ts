import {
  engine,
  type GradFunc,
  getKernel,
  type NamedAttrMap,
  type NamedTensorMap,
  registerKernel,
} from "@tensorflow/tfjs-core";
import { registerGradient } from "./gradients/own-gradients.js";
import type { Tensor } from "./tensor-type.js";

/** What `declareOp` needs to know about an op that has a kernel of its own. */
export interface OwnOp {
  /** Name of the kernel in tfjs's registry. Backends may register a kernel under it. */
  readonly kernelName: string;
  /** The same result by other ops, for backends without such a kernel, and as the oracle in tests. */
  readonly compose: (inputs: NamedTensorMap, attrs: NamedAttrMap) => Tensor | Tensor[];
  /** Gradient with respect to each input, itself made of differentiable ops. Left out: no gradient. */
  readonly gradient?: (dy: Tensor, saved: Tensor[], attrs: NamedAttrMap) => Record<string, () => Tensor>;
  /** Inputs that the gradient reads. */
  readonly inputsToSave?: string[];
}

const ownOps = new Map<string, OwnOp>();

/**
 * Declares an op that has a kernel of its own: its name, its composition from other ops, its gradient.
 * Call it once, at the top level of the module that defines the op.
 */
export function declareOp(op: OwnOp): void {
  ownOps.set(op.kernelName, op);
  if (op.gradient) {
    registerGradient({
      kernelName: op.kernelName,
      inputsToSave: op.inputsToSave ?? [],
      gradFunc: op.gradient as GradFunc,
    });
  }
}

/** The declared ops, for suites that compare each kernel with its composition. */
export function declaredOps(): ReadonlyMap<string, OwnOp> {
  return ownOps;
}

/** Registers the composition as a kernel of a backend that has none. False when there is no such op. */
export function serveByComposition(kernelName: string, engineName: string): boolean {
  const op = ownOps.get(kernelName);
  if (!op) return false;
  if (!getKernel(kernelName, engineName)) {
    registerKernel({
      kernelName,
      backendName: engineName,
      kernelFunc: ({ inputs, attrs }) =>
        engine().tidy(() => op.compose(inputs as NamedTensorMap, attrs ?? {})) as Tensor | Tensor[],
    });
  }
  return true;
}
