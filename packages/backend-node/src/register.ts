import { registerBackend } from "@plenoptic/tensor";
import { describeNodeBackend } from "./info.js";
import { registerKernels } from "./kernels/index.js";
import { startNodeBackend } from "./start.js";
import { engineName } from "./tensorflow.js";

registerKernels();
registerBackend({
  device: "node",
  dtypes: ["float32"],
  engineName: () => engineName,
  describe: () => describeNodeBackend()?.summary,
  ready: async () => startNodeBackend(),
});
