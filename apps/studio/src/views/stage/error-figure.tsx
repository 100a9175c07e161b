import { useState } from "preact/hooks";
import type { ErrorView } from "../../protocol.js";
import { PictureView, type Showing } from "./picture-view.js";

/** What the model still sees of the difference: as pictures, or as parts of the loss. */
export function ErrorFigure({ error, showing }: { error: ErrorView; showing: Showing }) {
  const [channel, setChannel] = useState(0);
  if (error.kind === "shares") return <Shares shares={error.shares} />;
  const count = error.kind === "maps" ? error.maps.length : 0;
  const shown = Math.min(channel, count - 1);
  return (
    <figure>
      <figcaption>
        Representation error{" "}
        <span>{error.kind === "maps" ? `up to ±${error.largest.toPrecision(2)}` : ""}</span>
      </figcaption>
      <PictureView
        name="Representation error, zoomed"
        raster={error.kind === "maps" ? error.maps[shown] : undefined}
        label={`Error of channel ${shown + 1} of the representation; blue is less than the target has, red more`}
        showing={showing}
      >
        <p class="empty">What the model still sees of the difference.</p>
      </PictureView>
      {count > 1 && (
        <fieldset class="row channels">
          <legend class="hidden">Channel of the representation</legend>
          {Array.from({ length: count }, (_, i) => (
            <button
              key={`channel ${i}`}
              type="button"
              aria-pressed={i === shown}
              onClick={() => setChannel(i)}
            >
              Channel {i + 1}
            </button>
          ))}
        </fieldset>
      )}
    </figure>
  );
}

function Shares({ shares }: { shares: readonly { name: string; share: number }[] }) {
  return (
    <figure>
      <figcaption>
        Where the loss is <span>by group of statistics</span>
      </figcaption>
      <ul class="shares">
        {shares.slice(0, 6).map(({ name, share }) => (
          <li key={name}>
            <span>{name.replaceAll("_", " ")}</span>
            {/* biome-ignore lint/a11y/useSemanticElements: browsers draw their own meters in colours of their own */}
            <div
              class="bar"
              role="meter"
              aria-label={name.replaceAll("_", " ")}
              aria-valuemin={0}
              aria-valuemax={1}
              aria-valuenow={share}
            >
              <div style={{ width: `${100 * share}%` }} />
            </div>
            <span>{Math.round(100 * share)} %</span>
          </li>
        ))}
      </ul>
    </figure>
  );
}
