import type { Problem } from "../protocol.js";
import { WorkerProblem } from "./client.js";

/** What went wrong, for people. */
export const problemOf = (error: unknown): Problem =>
  error instanceof WorkerProblem
    ? error.problem
    : { code: "unexpected", message: error instanceof Error ? error.message : String(error) };

/** Whether it failed because the visitor ended the computation. */
export const wasEnded = (error: unknown): boolean =>
  error instanceof WorkerProblem && error.problem.code === "closed";
