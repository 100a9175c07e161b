import type { Exception } from "@plenoptic/testing";

/** What WebGPU does not promise. */
export const exceptions: readonly Exception[] = [
  {
    cases: /^values: (exp|expm1|log|log1p|sigmoid|softplus|pow) of or to infinity or NaN$/,
    reason: "WGSL may take for granted that there is no infinity and no NaN",
  },
];
