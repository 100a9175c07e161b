import { describeConformance } from "@plenoptic/testing";

describeConformance({ device: "cpu", dtype: "float32" });
describeConformance({ device: "cpu", dtype: "float64" });
