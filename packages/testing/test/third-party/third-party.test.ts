import { describeConformance } from "../../src/index.js";
import "./backend.js";

// Of small pictures, because plain JavaScript is slow.
describeConformance({ device: "plain", dtype: "float32" }, { pictureSize: 32 });
