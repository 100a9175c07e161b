import { describeConformance } from "../src/index.js";
import "./third-party/backend.js";

const noConv2D = { cases: /^kernels: PlenopticConv2dValid/, reason: "no Conv2D of tfjs's to compose it of" };

describeConformance({ device: "cpu", dtype: "float32" }, { except: [noConv2D] });
describeConformance({ device: "cpu", dtype: "float64" }, { except: [noConv2D] });
describeConformance({ device: "plain", dtype: "float32" });
