/** The same with WebGPU within reach. */
import "./entry.js";
import "@plenoptic/backend-webgpu";
import { useBackend } from "@plenoptic/tensor";

Object.assign(globalThis, { useBackend });
