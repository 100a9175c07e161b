import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Judged } from "../../judge/record.js";
import { blockLength, fairRandom, makeBlock, type Pair, type Trial } from "../../judge/trials.js";
import { pixelsTo, scrambled, type Viewing } from "../../judge/viewing.js";
import { present } from "./present.js";
import { Results } from "./results.js";
import { type PairProps, VisualField } from "./visual-field.js";

/** Before the first picture, so that the eyes are at the cross. */
const readyMs = 600;
/** A mask is shown after the second picture, too. */
const maskMs = 200;

type Phase = "pause" | "showing" | "asked";

/** What was shown last, and when it ended. */
interface Asked extends Pair {
  readonly viewing: Viewing;
  readonly times: readonly number[];
  readonly endedAt: number;
}

/** Trials of the test, in balanced blocks; the answer to one begins the next. */
function useTrials(show: (pair: Pair, isOver: () => boolean) => Promise<Asked | undefined>) {
  const [trials, setTrials] = useState<readonly Trial[]>([]);
  const [phase, setPhase] = useState<Phase>("pause");
  const block = useRef<{ number: number; left: Pair[] }>({ number: 0, left: [] });
  const asked = useRef<Asked | undefined>(undefined);
  /** What is shown for an earlier turn is of no account. */
  const turn = useRef(0);
  useEffect(
    () => () => {
      turn.current++;
    },
    [],
  );
  const next = async () => {
    const pair = block.current.left.pop();
    if (!pair) return setPhase("pause");
    setPhase("showing");
    const mine = ++turn.current;
    const shown = await show(pair, () => turn.current !== mine);
    if (!shown) return;
    asked.current = shown;
    setPhase("asked");
  };
  const begin = () => {
    block.current = { number: block.current.number + 1, left: makeBlock(fairRandom) };
    void next();
  };
  const answer = (saidDifferent: boolean) => {
    const { current: given } = asked;
    if (!given) return;
    asked.current = undefined;
    const { first, second, viewing, times, endedAt } = given;
    const [, firstMs, gapMs, secondMs] = times;
    const responseMs = performance.now() - endedAt;
    const { number } = block.current;
    setTrials((all) => [
      ...all,
      { block: number, first, second, saidDifferent, viewing, responseMs, firstMs, gapMs, secondMs },
    ]);
    void next();
  };
  const end = () => {
    block.current.left = [];
    asked.current = undefined;
    turn.current++;
    setPhase("pause");
  };
  return { trials, phase, begin, answer, end, forget: () => setTrials([]) };
}

/** The test: two pictures after each other, the same or different? */
export function Match({ target, metamer, viewing, surround, judged }: PairProps & { judged: Judged }) {
  const plane = useRef<HTMLDivElement>(null);
  const mask = useMemo(() => scrambled(target, metamer, fairRandom), [target, metamer]);
  const show = async (pair: Pair, isOver: () => boolean): Promise<Asked | undefined> => {
    if (!plane.current) return undefined;
    const { durationMs: ms, gapMs } = viewing;
    const between = viewing.gap === "mask" ? "mask" : undefined;
    const steps = [
      { show: undefined, ms: readyMs },
      { show: pair.first, ms },
      { show: between, ms: gapMs },
      { show: pair.second, ms },
      ...(between ? [{ show: between, ms: maskMs }] : []),
    ];
    const times = await present(plane.current, steps, isOver);
    const afterMs = between ? maskMs : 0;
    return times && { ...pair, viewing, times, endedAt: performance.now() - afterMs };
  };
  const { trials, phase, begin, answer, end, forget } = useTrials(show);
  useEffect(() => {
    const onKeyDown = ({ key, repeat, ctrlKey, metaKey, altKey, target: at }: KeyboardEvent) => {
      if (repeat || ctrlKey || metaKey || altKey || at instanceof HTMLInputElement) return;
      if (key.toLowerCase() === "s") answer(false);
      if (key.toLowerCase() === "d") answer(true);
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  });
  const bar = useRef<HTMLDivElement>(null);
  const isPause = phase === "pause";
  const wasPause = useRef(isPause);
  useEffect(() => {
    // Buttons come and go with a block: the focus goes on to what is there now.
    if (wasPause.current !== isPause) bar.current?.querySelector("button")?.focus();
    wasPause.current = isPause;
  }, [isPause]);
  const x = pixelsTo(viewing.eccentricity, viewing);
  const done = trials.length % blockLength;
  return (
    <>
      <VisualField
        viewing={viewing}
        surround={surround}
        plane={plane}
        pictures={[
          { raster: target, label: "The one picture", x, name: "target" },
          { raster: metamer, label: "The other picture", x, name: "metamer" },
          { raster: mask, label: "Mask", x, name: "mask" },
        ]}
      />
      <div class="judge-bar" ref={bar}>
        {isPause ? (
          <button key="begin" type="button" class="primary" onClick={begin}>
            {trials.length === 0 ? "Begin" : "Another block"}
          </button>
        ) : (
          <>
            <Answer isAsked={phase === "asked"} text="Same (S)" onAnswer={() => answer(false)} />
            <Answer isAsked={phase === "asked"} text="Different (D)" onAnswer={() => answer(true)} />
            <button type="button" onClick={end}>
              End
            </button>
            <span>
              Trial {done + 1} of {blockLength}
            </span>
          </>
        )}
        {isPause && trials.length === 0 && (
          <span>
            Two pictures after each other, {blockLength} times: in half of the trials they are the same. Each
            is the target or the metamer.
          </span>
        )}
      </div>
      {isPause && trials.length > 0 && (
        <Results
          trials={trials}
          conditions={{ judged, width: target.width, surround, density: devicePixelRatio }}
          onForget={forget}
        />
      )}
    </>
  );
}

/** It keeps the focus while nothing is asked. */
const Answer = ({ isAsked, text, onAnswer }: { isAsked: boolean; text: string; onAnswer: () => void }) => (
  <button type="button" aria-disabled={!isAsked} onClick={() => isAsked && onAnswer()}>
    {text}
  </button>
);
