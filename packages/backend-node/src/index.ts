export { describeNodeBackend, type NodeBackendInfo } from "./info.js";

import "./register.js";
