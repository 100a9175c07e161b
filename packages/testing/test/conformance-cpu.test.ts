import { describeConformance } from "../src/index.js";

describeConformance({ device: "cpu", dtype: "float32" });
describeConformance({ device: "cpu", dtype: "float64" });
