import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import type { ErrorView } from "../protocol.js";
import { Judge } from "./judge.js";
import { RasterCanvas } from "./raster-canvas.js";
import type { ViewProps } from "./view-props.js";

const zooms = [1, 2, 4, 8, 16];

/** Target, metamer and what the model still sees of their difference, side by side. */
export function Stage({ state, session }: ViewProps) {
  const { run, preview, shown } = state;
  const [zoom, setZoom] = useState(1);
  const [isJudging, setIsJudging] = useState(false);
  const views = useRef<HTMLDivElement>(null);
  const target = run?.start.target ?? preview?.used;
  const metamer = shown?.raster ?? run?.metamer;
  const follow = (from: HTMLElement) => {
    for (const view of views.current?.querySelectorAll<HTMLElement>(".view") ?? []) {
      if (view !== from) view.scrollTo(from.scrollLeft, from.scrollTop);
    }
  };
  const view = (label: string, content: ComponentChildren) => (
    <section
      class="view"
      aria-label={label}
      tabIndex={zoom > 1 ? 0 : undefined}
      onScroll={(event) => follow(event.currentTarget)}
    >
      {content}
    </section>
  );
  const iteration = shown ? shownIteration(shown.index, run) : run?.iteration;
  return (
    <div class={`stage zoom-${zoom}`} ref={views}>
      <figure>
        <figcaption>
          Target <span>{target ? `${target.width}×${target.height} pixels` : ""}</span>
        </figcaption>
        {view("Target, zoomed", target ? <RasterCanvas raster={target} label="Target" /> : null)}
      </figure>
      <figure>
        <figcaption>
          Metamer <span>{iteration === undefined ? "" : `after ${iteration} iterations`}</span>
        </figcaption>
        {view(
          "Metamer, zoomed",
          metamer ? (
            <RasterCanvas raster={metamer} label={`Metamer after ${iteration} iterations`} />
          ) : (
            <p class="empty">Press Run. It begins as noise.</p>
          ),
        )}
      </figure>
      <ErrorFigure error={run?.error ?? { kind: "none" }} view={view} />
      <div class="stage-tools">
        <fieldset class="row">
          <legend class="hidden">Zoom</legend>
          {zooms.map((factor) => (
            <button key={factor} type="button" aria-pressed={zoom === factor} onClick={() => setZoom(factor)}>
              {factor}×
            </button>
          ))}
        </fieldset>
        {target && metamer && (
          <button type="button" onClick={() => setIsJudging(true)}>
            Can you tell them apart?
          </button>
        )}
        {run && run.storedFrames > 1 && (
          <label class="scrub">
            <span>Stored images</span>
            <input
              type="range"
              min={0}
              max={run.storedFrames - 1}
              value={shown?.index ?? run.storedFrames - 1}
              disabled={state.phase === "running" || state.phase === "pausing"}
              aria-valuetext={`after ${iteration} iterations`}
              onInput={({ currentTarget: { valueAsNumber: index } }) =>
                void session.show(index === run.storedFrames - 1 ? null : index)
              }
            />
          </label>
        )}
      </div>
      {isJudging && target && metamer && (
        <Judge target={target} metamer={metamer} onClose={() => setIsJudging(false)} />
      )}
    </div>
  );
}

function shownIteration(index: number, run: ViewProps["state"]["run"]): number | undefined {
  if (!run) return undefined;
  return index === run.storedFrames - 1 ? run.iteration : index * run.start.storedEvery;
}

function ErrorFigure({
  error,
  view,
}: {
  error: ErrorView;
  view: (label: string, content: ComponentChildren) => ComponentChildren;
}) {
  const [channel, setChannel] = useState(0);
  if (error.kind === "shares") {
    return (
      <figure>
        <figcaption>
          Where the loss is <span>by group of statistics</span>
        </figcaption>
        <ul class="shares">
          {error.shares.slice(0, 6).map(({ name, share }) => (
            <li key={name}>
              <span>{name.replaceAll("_", " ")}</span>
              <meter min={0} max={1} value={share} aria-label={name.replaceAll("_", " ")} />
              <span>{Math.round(100 * share)} %</span>
            </li>
          ))}
        </ul>
      </figure>
    );
  }
  const count = error.kind === "maps" ? error.maps.length : 0;
  const shown = Math.min(channel, count - 1);
  return (
    <figure>
      <figcaption>
        Representation error{" "}
        <span>{error.kind === "maps" ? `up to ±${error.largest.toPrecision(2)}` : ""}</span>
      </figcaption>
      {view(
        "Representation error, zoomed",
        error.kind === "maps" ? (
          <RasterCanvas
            raster={error.maps[shown]}
            label={`Error of channel ${shown + 1} of the representation; blue is less than the target has, red more`}
          />
        ) : (
          <p class="empty">What the model still sees of the difference.</p>
        ),
      )}
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
