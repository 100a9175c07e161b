import { registerBackend } from "@plenoptic/tensor";
import { engineName, gpuInfo, ready } from "./start.js";

registerBackend({
  device: "webgpu",
  dtypes: ["float32"],
  readsAtOnce: false,
  engineName,
  describe: () => gpuInfo()?.summary,
  ready,
});
