import "@plenoptic/backend-cpu";
import "../src/index.js";
import { describeConformance, forPresent } from "@plenoptic/testing";

// A GPU that is simulated takes long for a picture of 64×64; the table of losses side by side is of such pictures.
await forPresent("conformance", [{ device: "webgpu", dtype: "float32" }], (device) => {
  describeConformance(device, { pictureSize: 32 });
});
