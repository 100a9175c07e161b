import { declaredOps, type Tensor } from "@plenoptic/tensor";
import {
  engine,
  getKernel,
  type NamedAttrMap,
  type NamedTensorMap,
  registerKernel,
} from "@tensorflow/tfjs-core";
import { engineName } from "../tensorflow.js";

/** A kernel of ours: from named inputs and attributes to one tensor or several. */
export interface NodeKernel<Attrs> {
  readonly name: string;
  run(inputs: NamedTensorMap, attrs: Attrs): Tensor | Tensor[];
}

/** Registers a kernel; what it makes on the way is freed. */
export function registerNodeKernel<Attrs>({ name, run }: NodeKernel<Attrs>): void {
  if (getKernel(name, engineName)) return;
  registerKernel({
    kernelName: name,
    backendName: engineName,
    kernelFunc: ({ inputs, attrs }) =>
      engine().tidy(() => run(inputs as NamedTensorMap, attrs as unknown as Attrs)) as Tensor | Tensor[],
  });
}

/** The op's composition, for the arguments that TensorFlow has no operation for. */
export function compose(name: string, inputs: NamedTensorMap, attrs: object): Tensor {
  return declaredOps()
    .get(name)
    ?.compose(inputs, attrs as NamedAttrMap) as Tensor;
}
