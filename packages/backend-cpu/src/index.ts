import "./register.js";

export { CpuBackend } from "./backend.js";
