/**
 * tfjs's own plain-JavaScript backend as a device: an independent opinion on every standard kernel,
 * and a backend without our kernels, on which each own op is served by its composition.
 */
import "@tensorflow/tfjs-backend-cpu";
import { registerBackend, useBackend } from "../src/index.js";

registerBackend({ device: "tfjs", dtypes: ["float32"], engineName: () => "cpu", ready: async () => {} });

export const useReference = () => useBackend("tfjs");
