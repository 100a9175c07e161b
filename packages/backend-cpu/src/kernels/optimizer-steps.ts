import { kernelNames, scalarMath } from "@plenoptic/tensor";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import { expectFloats, type Kernel, sizeOf } from "./kernel.js";

const adamStep: Kernel = {
  name: kernelNames.AdamStep,
  run: ({ param, grad, expAvg, expAvgSq, maxExpAvgSq }, backend, rawAttrs) => {
    const attrs = rawAttrs as unknown as kernelNames.AdamStepAttrs;
    expectFloats("AdamStep", param, grad, expAvg, expAvgSq);
    const { lr, beta1, beta2, eps, weightDecay, decoupled, amsgrad, step } = attrs;
    const outputs = [param, expAvg, expAvgSq, ...(amsgrad ? [maxExpAvgSq] : [])].map((x) =>
      backend.output(x.shape),
    );
    const at = (x: TensorInfo | undefined) => (x ? backend.address(x) : 0);
    const largest = amsgrad ? maxExpAvgSq : undefined;
    backend.fn("adam")(
      ...[param, grad, expAvg, expAvgSq, largest].map(at),
      ...[outputs[0], outputs[1], outputs[2], outputs[3]].map(at),
      sizeOf(param.shape),
      beta1,
      beta2,
      eps,
      decoupled ? 0 : weightDecay,
      decoupled ? 1 - lr * weightDecay : 1,
      lr / (1 - scalarMath.integerPower(beta1, step)),
      Math.sqrt(1 - scalarMath.integerPower(beta2, step)),
    );
    return outputs;
  },
};

const sgdStep: Kernel = {
  name: kernelNames.SgdStep,
  run: ({ param, grad, momentumBuffer }, backend, rawAttrs) => {
    const { lr, momentum, dampening, weightDecay, nesterov } =
      rawAttrs as unknown as kernelNames.SgdStepAttrs;
    expectFloats("SgdStep", param, grad);
    const updated = backend.output(param.shape);
    const buffer = momentum === 0 ? undefined : backend.output(param.shape);
    backend.fn("sgd")(
      backend.address(param),
      backend.address(grad),
      momentumBuffer ? backend.address(momentumBuffer) : 0,
      backend.address(updated),
      buffer ? backend.address(buffer) : 0,
      sizeOf(param.shape),
      lr,
      momentum,
      dampening,
      weightDecay,
      nesterov ? 1 : 0,
    );
    return buffer ? [updated, buffer] : [updated];
  },
};

export const optimizerKernels: Kernel[] = [adamStep, sgdStep];
