import { describeConformance } from "../src/index.js";
import "./third-party/backend.js";

describeConformance({ device: "cpu", dtype: "float32" });
describeConformance({ device: "cpu", dtype: "float64" });
describeConformance({ device: "plain", dtype: "float32" });
