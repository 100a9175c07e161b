import { useRef } from "preact/hooks";
import type { ViewProps } from "./view-props.js";

/** What synthesis starts from: noise, or a picture that the visitor chooses. */
export function StartField({ state, session }: ViewProps) {
  const { settings, initial } = state;
  const input = useRef<HTMLInputElement>(null);
  const isPicture = settings.initialImage !== undefined;
  return (
    <fieldset class="field start">
      <legend class="name">Start from</legend>
      <p>{isPicture ? (settings.initialImageName ?? "a picture") : "noise"}</p>
      {isPicture && !initial && <p class="hint">That file is not part of the link: choose it here.</p>}
      <div class="row">
        <button type="button" onClick={() => input.current?.click()}>
          Start from a picture…
        </button>
        {isPicture && (
          <button type="button" onClick={() => void session.startFrom(undefined)}>
            Start from noise
          </button>
        )}
      </div>
      <input
        ref={input}
        class="hidden"
        type="file"
        tabIndex={-1}
        accept="image/*,.pgm,.ppm,.pnm"
        aria-label="Picture to start from"
        onChange={({ currentTarget }) => {
          const file = currentTarget.files?.[0];
          if (file) void session.startFrom(file);
          currentTarget.value = "";
        }}
      />
    </fieldset>
  );
}
