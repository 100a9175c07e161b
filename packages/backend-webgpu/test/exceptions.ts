import type { Exception } from "@plenoptic/testing";

/** What WebGPU does not promise. */
export const exceptions: readonly Exception[] = [
  {
    cases: /^values: (sinh|cosh|asinh|acosh|atanh|elu|selu|relu6) of or to infinity or NaN$/,
    reason: "WGSL may take for granted that there is no infinity and no NaN",
  },
];
