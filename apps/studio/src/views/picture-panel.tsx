import { useRef, useState } from "preact/hooks";
import type { Preview } from "../protocol.js";
import { builtIns, findBuiltIn } from "../session/built-in.js";
import { Camera } from "./camera.js";
import { Crop } from "./crop.js";
import { NumberField } from "./field.js";
import { FileButton, pictureFiles } from "./file-button.js";
import { firstPicture, useGivenFiles } from "./given-files.js";
import type { ViewProps } from "./view-props.js";

/** Where the picture comes from, and what of it is used. */
export function PicturePanel({ state, session }: ViewProps) {
  const { settings, preview, wanted } = state;
  const [hasCamera, setHasCamera] = useState(false);
  const take = (file: File | undefined) => {
    if (file) void session.useFile(file, file.name);
  };
  const isOver = useGivenFiles(
    // What was pasted is nowhere else: it has no name, and can be taken away as what comes from the camera.
    (file, wasPasted) =>
      wasPasted
        ? void session.useFile(new Blob([file], { type: file.type }), `pasted.${file.type.split("/").at(-1)}`)
        : take(file),
    (message) => session.complain(message),
  );
  const builtIn = findBuiltIn(settings.picture);
  // While a new square is being looked at, and where it cannot be, the picture stays.
  const last = useRef<{ file: Blob; preview: Preview } | undefined>(undefined);
  if (state.file && preview) last.current = { file: state.file, preview };
  const overview = last.current?.file === state.file ? last.current?.preview : undefined;
  const { crop, left, top } = settings;
  const square = crop === undefined ? undefined : { crop, left, top };
  const name = builtIn?.name ?? settings.pictureName ?? "your picture";
  return (
    <fieldset class="panel">
      <legend>Picture</legend>
      <div class={isOver ? "drop over" : "drop"}>
        {overview && (
          <Crop
            overview={overview.overview}
            of={overview.reduced}
            square={square}
            label={`The whole picture: ${name}`}
            onChange={(next, isOnTheWay) => session.change({ ...settings, ...next }, isOnTheWay)}
          />
        )}
        <div class="drop-text">
          {wanted ? (
            <p>
              This link was made with <strong>{wanted}</strong>, which is not part of it. Drop that picture
              here.
            </p>
          ) : (
            <p>
              <strong>{name}</strong>
              {preview && (
                <span class="hint">
                  {preview.used.width}×{preview.used.height} of {preview.whole.width}×{preview.whole.height}{" "}
                  pixels
                  {builtIn?.fileName && (
                    <>
                      {" · "}
                      <a href={builtIn.url} download={builtIn.fileName}>
                        {builtIn.fileName}
                      </a>
                    </>
                  )}
                </span>
              )}
            </p>
          )}
        </div>
        <div class="drop-tools">
          <div class="row">
            <FileButton
              text="Choose a file…"
              label="Picture or saved metamer"
              accept={`${pictureFiles},.pt,.json`}
              onFiles={(files) => take(firstPicture(files))}
            />
            {"mediaDevices" in navigator && (
              <button type="button" onClick={() => setHasCamera(true)}>
                Camera…
              </button>
            )}
          </div>
          <fieldset class="row built-ins">
            <legend class="hidden">Pictures of this page</legend>
            {builtIns.map((one) => (
              <button
                key={one.picture}
                type="button"
                aria-pressed={one === builtIn}
                onClick={() => void session.useBuiltIn(one)}
              >
                <img src={one.url} alt="" width="32" height="32" />
                {one.shortName}
              </button>
            ))}
          </fieldset>
          <p class="hint">Or drop a picture anywhere, or paste it. A saved metamer (.pt) opens, too.</p>
        </div>
      </div>
      {hasCamera && (
        <Camera
          onClose={() => setHasCamera(false)}
          onPicture={(picture) => void session.useFile(picture, "camera.png")}
          onProblem={(message) => session.complain(message)}
        />
      )}
      <div class="options">
        <NumberField
          label="Square of so many pixels"
          value={settings.crop}
          min={1}
          placeholder="all of it"
          onChange={(crop) => session.change({ ...settings, crop })}
        />
        <NumberField
          label="Reduce shorter side to"
          value={settings.reduce}
          min={1}
          placeholder="as it is"
          onChange={(reduce) => session.change({ ...settings, reduce })}
        />
      </div>
      {settings.crop !== undefined && (
        <details>
          <summary>Where the square is</summary>
          <div class="options">
            <NumberField
              label="From the left"
              value={settings.left}
              min={0}
              placeholder="middle"
              onChange={(left) => session.change({ ...settings, left })}
            />
            <NumberField
              label="From the top"
              value={settings.top}
              min={0}
              placeholder="middle"
              onChange={(top) => session.change({ ...settings, top })}
            />
          </div>
        </details>
      )}
    </fieldset>
  );
}
