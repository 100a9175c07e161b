import { type Conditions, recordAsCsv, recordAsJson } from "../../judge/record.js";
import { independentDPrime, rates } from "../../judge/sensitivity.js";
import { scoreOf, type Trial, tally } from "../../judge/trials.js";
import { download } from "../download.js";

const percent = (part: number) => `${Math.round(100 * part)} %`;

/** What the answers say, and files of them. */
export function Results({
  trials,
  conditions,
  onForget,
}: {
  trials: readonly Trial[];
  conditions: Conditions;
  onForget: () => void;
}) {
  const counts = tally(trials);
  const { right, count, part, low, high } = scoreOf(counts);
  const { hit, falseAlarm } = rates(counts);
  const save = (text: string, type: string, name: string) => download(new Blob([text], { type }), name);
  return (
    <div class="judge-results">
      <p role="status">
        <strong>
          {right} of {count} right: {percent(part)}, d′ = {independentDPrime(hit, falseAlarm).toFixed(2)}
        </strong>{" "}
        (95 % interval {percent(low)} to {percent(high)}). Guessing gives 50 % and d′ = 0.
      </p>
      <p class="hint">
        Different pairs were called different {counts.hits} of {counts.different} times, same pairs{" "}
        {counts.falseAlarms} of {counts.same} times. d′ is that of the independent-observation model of the
        same–different task (Macmillan & Creelman 2005, chapter 9), with half an answer added to each count.
      </p>
      <div class="row">
        <button type="button" onClick={() => save(recordAsCsv(trials, conditions), "text/csv", "judged.csv")}>
          judged.csv
        </button>
        <button
          type="button"
          onClick={() => save(recordAsJson(trials, conditions), "application/json", "judged.json")}
        >
          judged.json
        </button>
        <button type="button" onClick={onForget}>
          Forget these answers
        </button>
      </div>
    </div>
  );
}
