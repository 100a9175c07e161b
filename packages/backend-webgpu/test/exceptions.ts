import type { Exception } from "@plenoptic/testing";

/** The cases of the kit that WebGPU does not pass, with reasons: none. */
export const exceptions: readonly Exception[] = [];
