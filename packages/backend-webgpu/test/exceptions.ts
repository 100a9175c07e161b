import type { Exception } from "@plenoptic/testing";

/** What WebGPU does not promise: WGSL may take for granted that there is no NaN. */
export const exceptions: readonly Exception[] = [
  { cases: /^values: relu6 of or to infinity or NaN$/, reason: "WGSL's clamp may make a number of NaN" },
];
