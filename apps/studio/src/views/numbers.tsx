import { formatNumber } from "@plenoptic/cli/settings";
import { Chart } from "./chart.js";
import type { ViewProps } from "./view-props.js";

/** Loss, penalty and norm of the gradient, and how the loss went. */
export function Numbers({ state }: ViewProps) {
  const { run, shown } = state;
  if (!run || run.iteration === 0) return null;
  const { records, iteration, start } = run;
  const at = Math.min(iteration - 1, shown ? shown.index * start.storedEvery : iteration - 1);
  const numbers = [
    ["Loss", records.losses[at]],
    ["Penalty", records.penalties[at]],
    ["Gradient norm", records.gradientNorm[at]],
    ["Change of pixels", records.pixelChangeNorm[at]],
  ] as const;
  const [first, last] = [records.losses[0], records.losses[iteration - 1]];
  return (
    <div class="numbers">
      <dl>
        {numbers.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{formatNumber(value)}</dd>
          </div>
        ))}
      </dl>
      <figure>
        <figcaption>Loss by iteration</figcaption>
        <Chart
          values={records.losses}
          count={iteration}
          marked={shown ? at : undefined}
          label={`Loss over ${iteration} iterations, from ${formatNumber(first)} to ${formatNumber(last)}`}
        />
      </figure>
    </div>
  );
}
