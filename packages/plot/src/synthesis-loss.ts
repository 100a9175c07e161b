import { extentOfAll } from "./arrays.js";
import type { AxisOptions } from "./axes.js";
import { type Box, type Panel, row } from "./box.js";
import { chart } from "./chart.js";
import { Figure } from "./figure.js";
import { dotMark, lineMark } from "./marks.js";
import { formatNumber } from "./numbers.js";
import { isMad, metamerLoss, resolveIteration, type SynthesisLosses } from "./synthesis-object.js";
import { seriesColor } from "./theme.js";
import { checkSize, type Size } from "./titled.js";

/** Options of {@link synthesisLoss}. */
export interface SynthesisLossOptions {
  /** Where the dot stands: the last by default; negative numbers count from the end. */
  iteration?: number | null;
  /** Whether the penalties are drawn too (default false). */
  plotPenalties?: boolean;
  /** Width of one chart in pixels (default 420). */
  width?: number;
  /** Height in pixels (default 340). */
  height?: number;
}

interface Line {
  readonly name: string;
  readonly values: ArrayLike<number>;
}

/** Ends of a logarithmic axis with a little room; linear where there is nothing that has a logarithm. */
function lossAxis(lines: readonly Line[], label: string, log: boolean): AxisOptions {
  const positive = lines.map(({ values }) => Array.from(values).filter((value) => value > 0));
  const range = extentOfAll(positive);
  if (log && range) {
    const room = Math.max(0.02, 0.05 * Math.log10(range[1] / range[0]));
    return { type: "log", label, domain: [range[0] / 10 ** room, range[1] * 10 ** room] };
  }
  const [low, high] = extentOfAll(lines.map(({ values }) => values)) ?? [0, 1];
  const room = (high - low) * 0.05;
  return { type: "linear", label, domain: [low - room, high + room] };
}

function lossChart(lines: readonly Line[], iteration: number, label: string, log: boolean, size: Size): Box {
  const count = Math.max(...lines.map(({ values }) => values.length));
  return chart({
    ...size,
    x: { domain: [0, Math.max(1, count - 1)], label: "Synthesis iteration", whole: true },
    y: lossAxis(lines, label, log),
    marks: [
      ...lines.map(({ values }, i) => lineMark(values, seriesColor(i))),
      dotMark(iteration, lines[0].values[iteration]),
    ],
    legend:
      lines.length > 1
        ? lines.map(({ name }, i) => ({ text: name, color: seriesColor(i), shape: "line" }))
        : [],
  });
}

const describeLine = ({ name, values }: Line, iteration: number): string =>
  `${name} from ${formatNumber(values[0])} at iteration 0 to ${formatNumber(values[values.length - 1])} ` +
  `at iteration ${values.length - 1}, ${formatNumber(values[iteration])} at the marked iteration ${iteration}`;

/** The chart or charts of losses, and what they show in words. */
export function lossPanel(
  object: SynthesisLosses,
  { iteration, plotPenalties = false }: SynthesisLossOptions,
  size: Size,
): Panel {
  const at = resolveIteration(iteration, object.losses.length);
  const penalty = { name: "penalty", values: object.penalties };
  if (isMad(object)) {
    const lines = [
      { name: "Reference metric loss", values: object.referenceMetricLoss },
      { name: "Optimized metric loss", values: object.optimizedMetricLoss },
      ...(plotPenalties ? [{ ...penalty, name: "Penalties" }] : []),
    ];
    return {
      box: row(
        lines.map((line) => lossChart([line], at, line.name, false, size)),
        16,
      ),
      description: lines.map((line) => describeLine(line, at)).join("; "),
    };
  }
  const lines = [{ name: "metamer loss", values: metamerLoss(object) }, ...(plotPenalties ? [penalty] : [])];
  return {
    box: lossChart(lines, at, "Loss", true, size),
    description: lines.map((line) => describeLine(line, at)).join("; "),
  };
}

/**
 * The loss at each iteration: for a metamer the loss without the penalty on a logarithmic axis, for a MAD competition the
 * two metrics on linear ones. A dot stands at `iteration`.
 *
 * @throws {@link PlotIndexError} for an iteration that does not exist; {@link PlotValueError} for one that is no number
 *
 * @example
 * ```ts
 * import { synthesisLoss } from "@plenoptic/plot";
 * const figure = synthesisLoss({ losses: [1, 0.1, 0.01], penalties: [0, 0, 0], penaltyLambda: 0.1 });
 * console.log(figure.description.startsWith("metamer loss from 1 at iteration 0 to 0.01")); // true
 * ```
 */
export function synthesisLoss(object: SynthesisLosses, options: SynthesisLossOptions = {}): Figure {
  const { width = 420, height = 340 } = options;
  checkSize({ width, height });
  const { box, description } = lossPanel(object, options, { width, height });
  return new Figure(box, { title: "Synthesis loss", description: `${description}.` });
}
