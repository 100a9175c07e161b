import { kernelNames, registerBackend } from "@plenoptic/tensor";
import { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu";
import {
  copyRegisteredKernels,
  registerKernel,
  registerBackend as registerWithTfjs,
} from "@tensorflow/tfjs-core";

/** The name in tfjs's registry, under which its kernels are found. */
const engineName = "my-engine";

// 1. The backend, which holds the values, and its kernels. This one is tfjs's own in plain JavaScript.
registerWithTfjs(engineName, () => new MathBackendCPU());
copyRegisteredKernels("cpu", engineName);

// 2. A kernel of our own, where the backend can do better than the op's composition of other ops: Σx² in one pass.
registerKernel({
  kernelName: kernelNames.SumSquares,
  backendName: engineName,
  kernelFunc: ({ inputs, backend }) => {
    let sum = 0;
    for (const value of backend.readSync(inputs.x.dataId)) sum += value * value;
    const dataId = backend.write(Float32Array.of(sum), [], "float32");
    return { dataId, shape: [], dtype: "float32" };
  },
});

// 3. The device, as people call it: useBackend("mine").
registerBackend({
  device: "mine",
  dtypes: ["float32"],
  engineName: () => engineName,
  describe: () => "plain JavaScript",
});
