import "@plenoptic/backend-cpu";
import "../src/index.js";
import { describeConformance } from "@plenoptic/testing";
import { describe } from "vitest";
import { needed, realPackage } from "./support.js";

describe.skipIf(!realPackage)(`libtensorflow${needed}`, () => {
  describeConformance({ device: "node", dtype: "float32" });
});
