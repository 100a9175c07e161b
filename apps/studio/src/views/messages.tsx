import type { ViewProps } from "./view-props.js";

/** What went wrong, and what is worth knowing. */
export function Messages({ state, session }: ViewProps) {
  const { problem, note, working, keptBefore } = state;
  return (
    <>
      {problem && (
        <p class="message problem" role="alert">
          {problem.message}
        </p>
      )}
      {keptBefore !== undefined && (
        <p class="message">
          Your last metamer, of {keptBefore} iterations, is still kept until you press Run.{" "}
          <button type="button" class="plain" onClick={() => void session.takeUpKept()}>
            Go back to it
          </button>
        </p>
      )}
      <div class="note" role="status">
        {note && <p class="message">{note}</p>}
      </div>
      {working && <p class="message">{working}</p>}
    </>
  );
}
