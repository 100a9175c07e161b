import { useEffect, useRef, useState } from "preact/hooks";
import { scoreOf, type Trial, visualAngle } from "../judge-trials.js";
import type { Raster } from "../protocol.js";
import { NumberField, SelectField } from "./field.js";
import { RasterCanvas } from "./raster-canvas.js";

type Mode = "beside" | "alternate" | "match";

/** Width of a bank card, ISO/IEC 7810 ID-1, in centimetres: everybody has one to hold against the screen. */
const cardCm = 8.56;
const showMs = 500;
const blankMs = 600;

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Where people find out whether they can tell the two apart. */
export function Judge({
  target,
  metamer,
  onClose,
}: {
  target: Raster;
  metamer: Raster;
  onClose: () => void;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [mode, setMode] = useState<Mode>("beside");
  const [factor, setFactor] = useState(1);
  const [distance, setDistance] = useState(57);
  const [cardPixels, setCardPixels] = useState(Math.round(cardCm * 37.8));
  useEffect(() => dialog.current?.showModal(), []);
  const width = target.width * factor;
  const degrees = visualAngle((width / cardPixels) * cardCm, distance);
  return (
    <dialog ref={dialog} class="judge" aria-labelledby="judge-title" onClose={onClose}>
      <div class="judge-head">
        <h2 id="judge-title">Can you tell them apart?</h2>
        <button type="button" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </div>
      <div class="judge-options">
        <SelectField
          label="How to look"
          value={mode}
          options={[
            ["beside", "side by side"],
            ["alternate", "one after the other"],
            ["match", "a test: same or different?"],
          ]}
          onChange={(value) => setMode(value as Mode)}
        />
        <NumberField
          label="Enlarged"
          value={factor}
          min={1}
          max={16}
          onChange={(value) => setFactor(value ?? 1)}
        />
        <NumberField
          label="Distance of your eyes, cm"
          value={distance}
          min={10}
          onChange={(value) => setDistance(value ?? 57)}
        />
      </div>
      <details>
        <summary>The picture is {degrees.toFixed(1)}° wide, if the screen is as below</summary>
        <label class="card-label">
          Hold a bank card against the screen, and make this as wide:
          <input
            type="range"
            min={150}
            max={900}
            value={cardPixels}
            onInput={({ currentTarget }) => setCardPixels(currentTarget.valueAsNumber)}
          />
        </label>
        <svg class="card" width={cardPixels} height={20} aria-hidden="true">
          <rect width="100%" height="100%" />
        </svg>
      </details>
      <p class="hint">
        Look at the cross in the middle all the time. From 57 cm, a centimetre is one degree.
      </p>
      <div class="field-of-view">
        {mode === "beside" && (
          <div class="pair">
            <Fixed raster={target} factor={factor} label="Target" />
            <span class="cross">+</span>
            <Fixed raster={metamer} factor={factor} label="Metamer" />
          </div>
        )}
        {mode === "alternate" && <Alternate target={target} metamer={metamer} factor={factor} />}
        {mode === "match" && <Match target={target} metamer={metamer} factor={factor} />}
      </div>
    </dialog>
  );
}

/** A picture with every pixel as large as the others. */
function Fixed({
  raster,
  of = raster,
  factor,
  label,
  hasCross = false,
}: {
  raster: Raster | undefined;
  /** What gives the size where there is nothing to see. */
  of?: Raster;
  factor: number;
  label: string;
  hasCross?: boolean;
}) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // By script, because the policy of the page allows no styles in attributes.
    box.current?.style.setProperty("--side", `${(of?.width ?? 0) * factor}px`);
    box.current?.style.setProperty("--ratio", `${of?.width ?? 1} / ${of?.height ?? 1}`);
  }, [of, factor]);
  return (
    <div class="fixed" ref={box}>
      {raster && <RasterCanvas raster={raster} label={label} />}
      {hasCross && <span class="cross">+</span>}
    </div>
  );
}

interface PairProps {
  readonly target: Raster;
  readonly metamer: Raster;
  readonly factor: number;
}

/** At most one change a second, as slow as nobody is harmed by. */
const alternateMs = 1000;

function Alternate({ target, metamer, factor }: PairProps) {
  const [isMetamer, setIsMetamer] = useState(false);
  const [isMoving, setIsMoving] = useState(!matchMedia("(prefers-reduced-motion: reduce)").matches);
  useEffect(() => {
    if (!isMoving) return;
    const timer = setInterval(() => setIsMetamer((before) => !before), alternateMs);
    return () => clearInterval(timer);
  }, [isMoving]);
  return (
    <div class="single">
      <Fixed
        raster={isMetamer ? metamer : target}
        factor={factor}
        label={isMetamer ? "Metamer" : "Target"}
        hasCross
      />
      <div class="row">
        <button type="button" aria-pressed={isMoving} onClick={() => setIsMoving(!isMoving)}>
          By itself
        </button>
        <button type="button" disabled={isMoving} onClick={() => setIsMetamer(!isMetamer)}>
          The other one
        </button>
        <span>{isMetamer ? "Metamer" : "Target"}</span>
      </div>
    </div>
  );
}

function Match({ target, metamer, factor }: PairProps) {
  const [trials, setTrials] = useState<readonly Trial[]>([]);
  const [shown, setShown] = useState<Raster | undefined>();
  const [asked, setAsked] = useState<boolean | undefined>();
  const [isShowing, setIsShowing] = useState(false);
  const isMounted = useRef(true);
  useEffect(
    () => () => {
      isMounted.current = false;
    },
    [],
  );
  const show = async () => {
    const wasMetamer = crypto.getRandomValues(new Uint8Array(1))[0] % 2 === 1;
    setIsShowing(true);
    setAsked(undefined);
    for (const [raster, ms] of [
      [undefined, blankMs],
      [target, showMs],
      [undefined, blankMs],
      [wasMetamer ? metamer : target, showMs],
    ] as const) {
      if (!isMounted.current) return;
      setShown(raster);
      await wait(ms);
    }
    if (!isMounted.current) return;
    setShown(undefined);
    setIsShowing(false);
    setAsked(wasMetamer);
  };
  const answer = (saidDifferent: boolean) => {
    if (asked === undefined) return;
    setTrials([...trials, { wasMetamer: asked, saidDifferent }]);
    void show();
  };
  const onKeyDown = ({ key }: KeyboardEvent) => {
    if (key === "s") answer(false);
    if (key === "d") answer(true);
  };
  useEffect(() => {
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  });
  const score = trials.length > 0 ? scoreOf(trials) : undefined;
  const percent = (part: number) => `${Math.round(100 * part)} %`;
  return (
    <div class="single">
      <p>
        The target is shown, and then either the target again or the metamer. Say whether the two were the
        same.
      </p>
      <Fixed raster={shown} of={target} factor={factor} label="A picture to be compared" hasCross />
      <div class="row">
        {trials.length === 0 && asked === undefined ? (
          <button type="button" class="primary" disabled={isShowing} onClick={() => void show()}>
            Begin
          </button>
        ) : (
          <>
            <button type="button" disabled={asked === undefined} onClick={() => answer(false)}>
              Same (S)
            </button>
            <button type="button" disabled={asked === undefined} onClick={() => answer(true)}>
              Different (D)
            </button>
          </>
        )}
      </div>
      {score && (
        <p role="status">
          {score.right} of {trials.length} right: {percent(score.part)}, 95 % interval {percent(score.low)} to{" "}
          {percent(score.high)}. Guessing gives 50 %.
        </p>
      )}
    </div>
  );
}
