/** The same with WebGPU within reach. */
import "@plenoptic/backend-cpu";
import "@plenoptic/backend-webgpu";
import { Gaussian } from "@plenoptic/models";
import { Metamer } from "@plenoptic/synthesis";
import { rand, useBackend } from "@plenoptic/tensor";

Object.assign(globalThis, { Gaussian, Metamer, rand, useBackend });
