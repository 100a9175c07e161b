import { formatDuration } from "@plenoptic/cli/settings";
import { isForeign } from "../settings/settings.js";
import type { ViewProps } from "./view-props.js";

/** Run, pause, step, go on; how far it is. */
export function Controls({ state, session }: ViewProps) {
  const { phase, run, file, initial, settings } = state;
  const isBusy = phase === "running" || phase === "pausing";
  const mayRun = !isForeign(settings.model) || state.trusted === settings.model;
  const lacksStart = settings.initialImage !== undefined && !initial;
  const isReady = file !== undefined && mayRun && (phase === "ready" || phase === "ended");
  const isPaused = phase === "ended" && run !== undefined;
  const isDone = isPaused && run.iteration >= run.until;
  const isConverged = isPaused && !isDone && run.outcome === "converged";
  const left = run ? run.until - run.iteration : 0;
  return (
    <section class="controls" aria-label="Synthesis">
      <div class="row">
        {isBusy ? (
          <button
            type="button"
            class="primary"
            disabled={phase === "pausing"}
            onClick={() => void session.pause()}
          >
            Pause
          </button>
        ) : (
          isPaused && (
            <button type="button" class="primary" disabled={!isReady} onClick={() => void session.goOn()}>
              {isDone ? `${run.more} more` : isConverged ? "Go on all the same" : "Continue"}
            </button>
          )
        )}
        {!isBusy && (
          <button
            type="button"
            class={isPaused ? "" : "primary"}
            disabled={!isReady || lacksStart}
            onClick={() => void session.run()}
          >
            {phase === "starting" ? "Starting…" : isPaused ? "Start anew" : "Run"}
          </button>
        )}
        <button type="button" disabled={!isReady || (!run && lacksStart)} onClick={() => void session.step()}>
          Step
        </button>
        {(isBusy || (isPaused && !isDone && !isConverged)) && (
          <button type="button" disabled={phase === "pausing"} onClick={() => void session.stop()}>
            Stop
          </button>
        )}
      </div>
      {!mayRun && !isBusy && <p class="hint">Say first that you trust the code of the model.</p>}
      {lacksStart && !isBusy && (
        <p class="hint">
          It is to start from {settings.initialImageName ?? "a picture"}: choose that file under “Everything
          else”.
        </p>
      )}
      {run && (
        <div class="progress">
          <progress max={run.until} value={run.iteration} aria-label="Iterations done" />
          <p>
            <span data-testid="iteration">
              {run.iteration} of {run.until}
            </span>
            {phase === "running" && Number.isFinite(run.perSecond) && (
              <>
                {" · "}
                {run.perSecond < 9.95 ? run.perSecond.toFixed(1) : Math.round(run.perSecond)} a second
                {" · "}
                {formatDuration((1000 * left) / run.perSecond)} left
              </>
            )}
            {run.scale && ` · scale ${run.scale.replaceAll("_", " ")}`}
            {phase !== "running" && run.outcome && ` · ${run.outcome}`}
          </p>
          {isConverged && (
            <p class="hint">
              Over the last {run.settings.stopItersToCheck} iterations the loss changed by less than{" "}
              {run.settings.stopCriterion}.
            </p>
          )}
        </div>
      )}
    </section>
  );
}
