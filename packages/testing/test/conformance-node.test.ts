import { findDevices, forPresent } from "../src/all-devices.js";
import { describeConformance } from "../src/index.js";

forPresent("conformance", await findDevices(["node"]), describeConformance);
