import "./register.js";

export { type GpuInfo, gpuInfo, onDeviceLost } from "./start.js";
