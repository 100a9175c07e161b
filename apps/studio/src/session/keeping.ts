import type { Store } from "../state.js";
import { deleteWork, keepWork } from "./kept-work.js";

/** Saving may take this part of the time of a run, and happens at most so often. */
const budget = 0.05;
const leastMs = 2000;

/** Keeps the work for the next visit, as often as a run can bear. */
export class Keeping {
  private nextAt = 0;
  /** The file that was saved last of the run that is shown. */
  last: Blob | undefined;
  private underWay: Promise<void> | undefined;

  constructor(
    private readonly store: Store,
    private readonly save: () => Promise<Blob>,
  ) {}

  async nowAndThen(): Promise<void> {
    if (this.underWay || performance.now() < this.nextAt) return;
    this.underWay = this.now().finally(() => {
      this.underWay = undefined;
    });
    await this.underWay;
  }

  async now(): Promise<void> {
    const { run } = this.store.state;
    if (!run || run.opened) return;
    const { settings, picture, initial, iteration, outcome = "paused" } = run;
    if (outcome === "opened") return;
    const began = performance.now();
    const file = await this.save();
    // Another run may have begun meanwhile.
    if (this.store.state.run?.records !== run.records) return;
    this.last = file;
    const isKept = await keepWork({
      settings,
      picture,
      initial,
      file,
      iteration,
      outcome,
      savedAt: Date.now(),
    });
    const now = performance.now();
    this.nextAt = now + Math.max(leastMs, (now - began) / budget);
    this.store.set({ isKept });
  }

  /** Deletes all that was kept, and begins anew. */
  async forget(): Promise<void> {
    await deleteWork();
    this.store.set({ isKept: undefined, run: undefined, phase: "ready", shown: undefined });
    this.store.set({ announcement: "Everything that was kept in this browser is deleted." });
  }
}
