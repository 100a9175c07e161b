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

const twoLoops: Kernel = {
  name: kernelNames.TwoLoops,
  run: (inputs, backend, rawAttrs) => {
    const { ro, hDiag } = rawAttrs as unknown as kernelNames.TwoLoopsAttrs;
    const vectors = Object.values(inputs);
    expectFloats("TwoLoops", ...vectors);
    const [{ shape }] = vectors;
    const r = backend.output(shape);
    const n = sizeOf(shape);
    const { allocator, wasm } = backend;
    const table = allocator.allocate(4 * vectors.length);
    const numbers = allocator.allocate(2 * ro.length * backend.floatBytes);
    new Uint32Array(wasm.memory.buffer, table, vectors.length).set(vectors.map((x) => backend.address(x)));
    backend.floats(numbers, ro.length).set(ro);
    // Whatever memory held before must not reach the sums, not even times 0.
    backend.floats(backend.address(r), n).fill(0);
    const al = numbers + ro.length * backend.floatBytes;
    backend.fn("twoLoops")(table, ro.length, numbers, hDiag, n, backend.address(r), al);
    allocator.release(numbers);
    allocator.release(table);
    return r;
  },
};

export const optimizerKernels: Kernel[] = [adamStep, sgdStep, twoLoops];
