import {
  engine,
  type GradFunc,
  getKernel,
  type NamedAttrMap,
  type NamedTensorMap,
  registerKernel,
} from "@tensorflow/tfjs-core";
import { activeDevice, canReadAtOnce } from "./backend.js";
import { type FloatArray, tensor } from "./create.js";
import { registerGradient } from "./gradients/own-gradients.js";
import type { Tensor } from "./tensor-type.js";

/** Values in host memory, row-major, with their shape. */
export interface HostArray {
  readonly shape: readonly number[];
  readonly values: FloatArray;
}

/** What `declareOp` needs to know about an op that has a kernel of its own. */
export interface OwnOp {
  /** Name of the kernel in tfjs's registry. Backends may register a kernel under it. */
  readonly kernelName: string;
  /** The same result by other ops, for backends without such a kernel, and as the oracle in tests. */
  readonly compose: (inputs: NamedTensorMap, attrs: NamedAttrMap) => Tensor | Tensor[];
  /**
   * The same result by plain arithmetic in doubles, for ops on a few numbers: where values can be read at once, one such call costs less
   * than a composition of many ops. It must use what is exact everywhere: sums, products, quotients and square roots.
   */
  readonly onHost?: (inputs: Record<string, HostArray>, attrs: NamedAttrMap) => HostArray | HostArray[];
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

function runOnHost(onHost: NonNullable<OwnOp["onHost"]>, inputs: NamedTensorMap, attrs: NamedAttrMap) {
  const arrays = Object.entries(inputs).map(([name, { shape, dataId }]): [string, HostArray] => [
    name,
    { shape, values: engine().readSync(dataId) as FloatArray },
  ]);
  const result = onHost(Object.fromEntries(arrays), attrs);
  const put = ({ values, shape }: HostArray) => tensor(values, shape);
  return Array.isArray(result) ? result.map(put) : put(result as HostArray);
}

/** Registers the composition as a kernel of a backend that has none. False when there is no such op. */
export function serveByComposition(kernelName: string, engineName: string): boolean {
  const op = ownOps.get(kernelName);
  if (!op) return false;
  if (!getKernel(kernelName, engineName)) {
    registerKernel({
      kernelName,
      backendName: engineName,
      kernelFunc: ({ inputs, attrs = {} }) =>
        op.onHost && canReadAtOnce(activeDevice())
          ? runOnHost(op.onHost, inputs as NamedTensorMap, attrs)
          : engine().tidy(() => op.compose(inputs as NamedTensorMap, attrs)),
    });
  }
  return true;
}
