import { registerBackend } from "@plenoptic/tensor";
import { describeNodeBackend, engineName } from "./info.js";
import { startNodeBackend } from "./start.js";

registerBackend({
  device: "node",
  dtypes: ["float32"],
  engineName: () => engineName,
  describe: () => describeNodeBackend()?.summary,
  ready: async () => startNodeBackend(),
});
