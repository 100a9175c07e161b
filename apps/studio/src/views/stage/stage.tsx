import type { RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Judged } from "../../judge/record.js";
import type { Raster } from "../../protocol.js";
import type { Size } from "../../square.js";
import type { RunView, ShownFrame } from "../../state.js";
import { Judge } from "../judge/judge.js";
import type { ViewProps } from "../view-props.js";
import { ErrorFigure } from "./error-figure.js";
import { PictureView, type Showing } from "./picture-view.js";
import { useRoom } from "./room.js";
import { arrange, isWhole, partOfHeight, zoomed } from "./whole-pixels.js";

const zooms = [1, 2, 4, 8, 16];
/** Where there is no picture yet. */
const nothing: Size = { width: 256, height: 256 };

const times = ({ width, height }: Size, factor: number): Size => ({
  width: width * factor,
  height: height * factor,
});

/** Target, metamer and what the model still sees of their difference, side by side. */
export function Stage({ state, session }: ViewProps) {
  const { run, preview, shown } = state;
  const [zoom, setZoom] = useState(1);
  // As they were when the visitor began to judge: synthesis may go on meanwhile.
  const [judging, setJudging] = useState<{ target: Raster; metamer: Raster; judged: Judged }>();
  const stage = useRef<HTMLDivElement>(null);
  const target = run?.start.target ?? preview?.used;
  const metamer = shown?.raster ?? run?.metamer;
  const size = target ?? nothing;
  const { columns, showing } = useShowing(stage, size, zoom);
  const iteration = shown ? shownIteration(shown.index, run) : run?.iteration;
  return (
    <div class={`stage columns-${columns}`} ref={stage}>
      <figure>
        <figcaption>
          Target <span>{target ? `${target.width}×${target.height} pixels` : ""}</span>
        </figcaption>
        <PictureView raster={target} label="Target" name="Target, zoomed" showing={showing}>
          <p class="empty">{state.wanted ? "The picture of the link." : ""}</p>
        </PictureView>
      </figure>
      <figure>
        <figcaption>
          Metamer <span>{iteration === undefined ? "" : `after ${iteration} iterations`}</span>
        </figcaption>
        <PictureView
          raster={metamer}
          label={`Metamer after ${iteration} iterations`}
          name="Metamer, zoomed"
          showing={showing}
        >
          <p class="empty">Press Run. It begins as noise.</p>
        </PictureView>
      </figure>
      <ErrorFigure error={(shown ?? run)?.error ?? { kind: "none" }} showing={showing} />
      <div class="stage-tools">
        <fieldset class="row zooms">
          <legend class="hidden">Zoom</legend>
          {zooms.map((factor) => (
            <button key={factor} type="button" aria-pressed={zoom === factor} onClick={() => setZoom(factor)}>
              {factor}×
            </button>
          ))}
        </fieldset>
        <Scrub {...{ state, session }} iteration={iteration} />
        {run && target && metamer && (
          <button
            type="button"
            class="judge-button"
            onClick={() => setJudging({ target, metamer, judged: judgedOf(run, iteration, shown) })}
          >
            Can you tell them apart?
          </button>
        )}
      </div>
      {judging && <Judge {...judging} onClose={() => setJudging(undefined)} />}
    </div>
  );
}

/** How large everything is shown; the middle of what is seen stays there when it is zoomed. */
function useShowing(stage: RefObject<HTMLDivElement | null>, size: Size, zoom: number) {
  const room = useRoom(stage, partOfHeight);
  const gap = 16;
  const { columns, pixel } = arrange(size, room, gap, room.density);
  const middle = useRef({ x: 0.5, y: 0.5 });
  const views = () => [...(stage.current?.querySelectorAll<HTMLElement>(".view") ?? [])];
  const shown = times(size, zoomed(pixel, zoom, room.density));
  useLayoutEffect(() => {
    const { x, y } = middle.current;
    for (const view of views())
      view.scrollTo(x * shown.width - view.clientWidth / 2, y * shown.height - view.clientHeight / 2);
  }, [shown.width, shown.height]);
  const onScroll = (from: HTMLElement) => {
    const { scrollLeft, scrollTop, clientWidth, clientHeight, scrollWidth, scrollHeight } = from;
    if (scrollWidth > clientWidth || scrollHeight > clientHeight)
      middle.current = {
        x: (scrollLeft + clientWidth / 2) / scrollWidth,
        y: (scrollTop + clientHeight / 2) / scrollHeight,
      };
    for (const view of views()) if (view !== from) view.scrollTo(scrollLeft, scrollTop);
  };
  const isSmooth = !isWhole(shown.width / size.width, room.density);
  const showing: Showing = { box: times(size, pixel), shown, isSmooth, onScroll };
  return { columns, showing };
}

/** Goes back through the stored images. */
function Scrub({ state, session, iteration }: ViewProps & { iteration: number | undefined }) {
  const { run, shown, phase } = state;
  if (!run || run.storedFrames < 2) return null;
  const last = run.storedFrames - 1;
  return (
    <label class="scrub">
      <span>Stored images</span>
      <input
        type="range"
        min={0}
        max={last}
        value={shown?.index ?? last}
        disabled={phase === "running" || phase === "pausing"}
        aria-valuetext={`after ${iteration} iterations`}
        onInput={({ currentTarget: { valueAsNumber: index } }) =>
          void session.synthesis.show(index === last ? null : index)
        }
      />
    </label>
  );
}

const judgedOf = (run: RunView, iterations = run.iteration, shown?: ShownFrame): Judged => ({
  settings: run.start.used,
  iterations,
  sha256: shown ? undefined : run.sha256,
});

function shownIteration(index: number, run: ViewProps["state"]["run"]): number | undefined {
  if (!run) return undefined;
  return index === run.storedFrames - 1 ? run.iteration : index * run.start.storedEvery;
}
