// What tests put into the page or its worker.

/** What a test can do to the GPU in the worker that computes. */
interface Saboteur {
  /** Loses the GPU in place of the n-th submission of commands (or read of a buffer) from now. */
  loseAt(what: "submit" | "map", count: number): void;
  loseNow(): void;
}

declare var saboteur: Saboteur;
declare var loseGpu: () => void;
/** What a live region said. */
declare var said: string[];
declare var photograph: Blob;
/** Milliseconds of the longest task. */
declare var longest: number;
declare var axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
