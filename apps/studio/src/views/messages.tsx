import type { ViewProps } from "./app.js";

/** What went wrong, and what is worth knowing. */
export function Messages({ state }: ViewProps) {
  const { problem, note } = state;
  return (
    <>
      {problem && (
        <p class="message problem" role="alert">
          {problem.message}
        </p>
      )}
      {note && <p class="message">{note}</p>}
    </>
  );
}
