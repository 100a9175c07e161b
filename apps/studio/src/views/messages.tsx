import type { ViewProps } from "./view-props.js";

/** What went wrong, and what is worth knowing. */
export function Messages({ state, session }: ViewProps) {
  const { problem, note, working, keptBefore, run } = state;
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
        {run?.outcome === "converged" && (
          <p class="message">
            It has converged: over the last {run.settings.stopItersToCheck} iterations the loss changed by
            less than {run.settings.stopCriterion}.
          </p>
        )}
      </div>
      {working && <p class="message">{working}</p>}
    </>
  );
}
