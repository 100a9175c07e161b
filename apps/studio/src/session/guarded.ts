import type { Store } from "../state.js";
import type { Computing } from "./computing.js";
import { problemOf, wasEnded } from "./problems.js";

/** Does something that may fail, and says what failed. */
export type Guarded = (work: () => Promise<void>) => Promise<void>;

export const guardedBy =
  (store: Store, computing: Computing): Guarded =>
  async (work) => {
    try {
      await work();
    } catch (error) {
      if (wasEnded(error)) return;
      if (problemOf(error).code === "memory") computing.isWorn = true;
      const isBusy = !["ready", "ended", "loading"].includes(store.state.phase);
      if (isBusy) store.set({ phase: store.state.run ? "ended" : "ready" });
      store.set({ problem: problemOf(error), announcement: "" });
    }
  };
