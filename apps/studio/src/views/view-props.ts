import type { Session } from "../session/session.js";
import type { State } from "../state.js";

/** What every view is given. */
export interface ViewProps {
  readonly state: State;
  readonly session: Session;
}
