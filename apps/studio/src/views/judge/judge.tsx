import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Judged } from "../../judge/record.js";
import { degreesOf, meanShade, usualViewing } from "../../judge/viewing.js";
import type { Raster } from "../../protocol.js";
import { SelectField } from "../field.js";
import { Alternate } from "./alternate.js";
import { Beside } from "./beside.js";
import { Match } from "./match.js";
import { ViewingFields } from "./viewing-fields.js";

type Mode = "beside" | "alternate" | "match";

/** Where people find out whether they can tell the two apart. */
export function Judge({
  target,
  metamer,
  judged,
  onClose,
}: {
  target: Raster;
  metamer: Raster;
  judged: Judged;
  onClose: () => void;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [mode, setMode] = useState<Mode>("beside");
  const [viewing, setViewing] = useState(() =>
    usualViewing(target, { width: innerWidth, height: innerHeight }, devicePixelRatio),
  );
  useEffect(() => dialog.current?.showModal(), []);
  const surround = useMemo(() => meanShade(target), [target]);
  const width = (target.width * viewing.enlarged) / devicePixelRatio;
  const props = { target, metamer, viewing, surround };
  return (
    <dialog ref={dialog} class="judge" aria-labelledby="judge-title" onClose={onClose}>
      <div class="judge-head">
        <h2 id="judge-title">Can you tell them apart?</h2>
        <button type="button" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </div>
      <div class="judge-choices">
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
        <p class="hint">
          Look at the cross all the time. The picture is {degreesOf(width, viewing).toFixed(1)}° wide from{" "}
          {viewing.distanceCm} cm{viewing.eccentricity > 0 && `, ${viewing.eccentricity}° beside the cross`}.
        </p>
      </div>
      <details class="judge-more">
        <summary>Size, distance and times</summary>
        <ViewingFields viewing={viewing} isTest={mode === "match"} onChange={setViewing} />
      </details>
      {mode === "beside" && <Beside {...props} />}
      {mode === "alternate" && <Alternate {...props} />}
      {mode === "match" && <Match {...props} judged={judged} />}
    </dialog>
  );
}
