import type { Exception } from "@plenoptic/testing";

/** What WebGPU does not promise. */
export const exceptions: readonly Exception[] = [];
