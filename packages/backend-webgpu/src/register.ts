import { registerBackend } from "@plenoptic/tensor";
import { engineName, ready } from "./start.js";

registerBackend({ device: "webgpu", dtypes: ["float32"], readsAtOnce: false, engineName, ready });
