import { formatDuration } from "@plenoptic/cli/settings";
import { useEffect, useState } from "preact/hooks";
import { isForeign } from "../settings/settings.js";
import type { Phase, RunView, State } from "../state.js";
import { NotAnswering } from "./not-answering.js";
import type { ViewProps } from "./view-props.js";

/** What the first button does: one button, so that it keeps the focus when what it does changes. */
interface Deed {
  readonly text: string;
  readonly isPossible: boolean;
  readonly act: () => void;
}

/** Whether a metamer could be made with the settings as they are. */
function readiness({ phase, run, file, initial, isReading, settings, trusted }: State) {
  const mayRun = !isForeign(settings.model) || trusted === settings.model;
  const lacksStart = settings.initialImage !== undefined && !initial;
  const isReady = file !== undefined && !isReading && mayRun && (phase === "ready" || phase === "ended");
  const isPaused = phase === "ended" && run !== undefined;
  const isDone = isPaused && run.iteration >= run.until;
  const isConverged = isPaused && !isDone && run.outcome === "converged";
  return { mayRun, lacksStart, isReady, isPaused, isDone, isConverged };
}

function firstDeed({ state, session }: ViewProps): Deed {
  const { phase, run } = state;
  const { isReady, lacksStart, isPaused, isDone, isConverged } = readiness(state);
  if (phase === "running" || phase === "pausing")
    return { text: "Pause", isPossible: phase === "running", act: () => void session.synthesis.pause() };
  if (phase === "starting") return { text: "Starting…", isPossible: false, act: () => undefined };
  if (!isPaused)
    return { text: "Run", isPossible: isReady && !lacksStart, act: () => void session.synthesis.run() };
  const text = isDone ? `${run?.more} more` : isConverged ? "Go on" : "Continue";
  return { text, isPossible: isReady, act: () => void session.synthesis.goOn() };
}

/** Faster than anybody reacts. */
const reactionMs = 250;

/** Whether something has ended so lately that who clicks now still means what was there before. */
function useJustChanged(isOn: boolean): boolean {
  const [wasOn, setWasOn] = useState(isOn);
  useEffect(() => {
    if (isOn) return setWasOn(true);
    const timer = setTimeout(() => setWasOn(false), reactionMs);
    return () => clearTimeout(timer);
  }, [isOn]);
  return wasOn && !isOn;
}

/** Run, pause, step, go on; how far it is. */
export function Controls({ state, session }: ViewProps) {
  const { phase, run, settings } = state;
  const isBusy = phase === "running" || phase === "pausing";
  const { mayRun, lacksStart, isReady, isPaused, isDone, isConverged } = readiness(state);
  const hasJustChanged = useJustChanged(phase === "running");
  const first = firstDeed({ state, session });
  const isPossible = first.isPossible && !hasJustChanged;
  return (
    <section class="controls" aria-label="Synthesis">
      <div class="row">
        <button
          type="button"
          class="primary"
          aria-disabled={!isPossible}
          onClick={() => isPossible && first.act()}
        >
          {first.text}
        </button>
        {isPaused && (
          <button
            type="button"
            disabled={!isReady || lacksStart}
            onClick={() => void session.synthesis.run()}
          >
            Start anew
          </button>
        )}
        <button
          type="button"
          disabled={!isReady || (!run && lacksStart)}
          onClick={() => void session.synthesis.step()}
        >
          Step
        </button>
        {(isBusy || (isPaused && !isDone && !isConverged)) && (
          <button type="button" disabled={phase === "pausing"} onClick={() => void session.synthesis.stop()}>
            Stop
          </button>
        )}
      </div>
      <NotAnswering state={state} session={session} />
      {!mayRun && !isBusy && <p class="hint">Say first that you trust the code of the model.</p>}
      {lacksStart && !isBusy && (
        <p class="hint">
          It is to start from {settings.initialImageName ?? "a picture"}: choose that file under “Everything
          else”.
        </p>
      )}
      {run && <Advance run={run} phase={phase} />}
    </section>
  );
}

/** How far it is. */
function Advance({ run, phase }: { run: RunView; phase: Phase }) {
  const left = run.until - run.iteration;
  return (
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
    </div>
  );
}
