import { useEffect, useState } from "preact/hooks";
import type { ViewProps } from "./view-props.js";

/** Milliseconds after which a visitor may end what does not answer. */
const patience: Readonly<Partial<Record<string, number>>> = { starting: 10_000, pausing: 4000 };

/** A way out where the model does not come to an end: nothing but ending the worker stops it. */
export function NotAnswering({ state: { phase }, session }: ViewProps) {
  const [isLate, setIsLate] = useState(false);
  useEffect(() => {
    setIsLate(false);
    const ms = patience[phase];
    if (ms === undefined) return;
    const timer = setTimeout(setIsLate, ms, true);
    return () => clearTimeout(timer);
  }, [phase]);
  if (!isLate) return null;
  return (
    <p class="hint" role="status">
      It does not answer. A large picture takes its time; a model with an endless loop takes for ever.{" "}
      <button type="button" class="plain" onClick={() => void session.synthesis.endComputation()}>
        End the computation
      </button>
    </p>
  );
}
