import { useEffect, useState } from "preact/hooks";
import { pixelsTo } from "../../judge/viewing.js";
import { type PairProps, VisualField } from "./visual-field.js";

/** At most one change a second, as slow as nobody is harmed by. */
const alternateMs = 1000;

/** One after the other in the same place. */
export function Alternate({ target, metamer, viewing, surround }: PairProps) {
  const [isMetamer, setIsMetamer] = useState(false);
  const [isMoving, setIsMoving] = useState(!matchMedia("(prefers-reduced-motion: reduce)").matches);
  useEffect(() => {
    if (!isMoving) return;
    const timer = setInterval(() => setIsMetamer((before) => !before), alternateMs);
    return () => clearInterval(timer);
  }, [isMoving]);
  const [raster, label] = isMetamer ? [metamer, "Metamer"] : [target, "Target"];
  return (
    <>
      <VisualField
        viewing={viewing}
        surround={surround}
        pictures={[{ raster, label, x: pixelsTo(viewing.eccentricity, viewing) }]}
      />
      <div class="judge-bar">
        <button type="button" aria-pressed={isMoving} onClick={() => setIsMoving(!isMoving)}>
          By itself
        </button>
        <button type="button" disabled={isMoving} onClick={() => setIsMetamer(!isMetamer)}>
          The other one
        </button>
        <span class="which">{label}</span>
      </div>
    </>
  );
}
