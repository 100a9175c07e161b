import "@plenoptic/backend-cpu";
import "../src/index.js";
import { describeConformance, forPresent } from "@plenoptic/testing";

await forPresent("conformance", [{ device: "node", dtype: "float32" }], (device) =>
  describeConformance(device),
);
