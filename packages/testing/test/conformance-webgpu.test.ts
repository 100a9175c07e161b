import { findDevices, forPresent } from "../src/all-devices.js";
import { describeConformance } from "../src/index.js";
import { webgpuExceptions } from "./webgpu-exceptions.js";

// A GPU that is simulated takes long for a picture of 64×64; the side-by-side test runs one.
forPresent("conformance", await findDevices(["webgpu"]), (device) => {
  describeConformance(device, { except: webgpuExceptions, pictureSize: 32 });
});
