import { pixelsTo } from "../../judge/viewing.js";
import { crossSize, type PairProps, shownSize, VisualField } from "./visual-field.js";

/** Between cross and picture there is something to be seen of what is around. */
const leastGap = 8;

/** Both at the same distance from the cross, in what the eyes do not look at. */
export function Beside({ target, metamer, viewing, surround }: PairProps) {
  const x = Math.max(
    pixelsTo(viewing.eccentricity, viewing),
    (shownSize(target, viewing).width + crossSize(viewing)) / 2 + leastGap,
  );
  return (
    <VisualField
      viewing={viewing}
      surround={surround}
      pictures={[
        { raster: target, label: "Target", x: -x },
        { raster: metamer, label: "Metamer", x },
      ]}
    />
  );
}
