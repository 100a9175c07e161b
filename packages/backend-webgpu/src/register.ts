import { registerBackend } from "@plenoptic/tensor";
import { describeGpu, engineName, ready } from "./start.js";

registerBackend({
  device: "webgpu",
  dtypes: ["float32"],
  readsAtOnce: false,
  engineName,
  describe: describeGpu,
  ready,
});
