import { FileButton, pictureFiles } from "./file-button.js";
import type { ViewProps } from "./view-props.js";

/** What synthesis starts from: noise, or a picture that the visitor chooses. */
export function StartField({ state, session }: ViewProps) {
  const { settings, initial } = state;
  const isPicture = settings.initialImage !== undefined;
  return (
    <fieldset class="field start">
      <legend class="name">Start from</legend>
      <p>{isPicture ? (settings.initialImageName ?? "a picture") : "noise"}</p>
      {isPicture && !initial && <p class="hint">That file is not part of the link: choose it here.</p>}
      <div class="row">
        <FileButton
          text="Start from a picture…"
          label="Picture to start from"
          accept={pictureFiles}
          onFiles={(files) => files?.[0] && void session.startFrom(files[0])}
        />
        {isPicture && (
          <button type="button" onClick={() => void session.startFrom(undefined)}>
            Start from noise
          </button>
        )}
      </div>
    </fieldset>
  );
}
