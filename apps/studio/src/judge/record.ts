import type { Settings } from "../settings/settings.js";
import { differencingDPrime, independentDPrime, rates } from "./sensitivity.js";
import { isDifferent, isRight, scoreOf, type Trial, tally } from "./trials.js";
import { degreesOf, type Viewing } from "./viewing.js";

/** What is judged. */
export interface Judged {
  readonly settings: Settings;
  readonly iterations: number;
  /** Of the metamer's values; undefined where it is a stored image, or synthesis goes on. */
  readonly sha256: string | undefined;
}

/** All that one has to know of the test: what was shown and how. */
export interface Conditions {
  readonly judged: Judged;
  /** Pixels of a picture from side to side. */
  readonly width: number;
  /** Shade around the pictures, from 0 to 255. */
  readonly surround: number;
  /** Pixels of the screen in a CSS pixel. */
  readonly density: number;
}

const widthDegrees = ({ enlarged, ...rest }: Viewing, { width, density }: Conditions): number =>
  degreesOf((width * enlarged) / density, { enlarged, ...rest });

/** The test as JSON: the conditions, what the answers say, and each trial. */
export function recordAsJson(trials: readonly Trial[], conditions: Conditions): string {
  const { judged, surround, density } = conditions;
  const counts = tally(trials);
  const { hit, falseAlarm } = rates(counts);
  const { right, count, part, low, high } = scoreOf(counts);
  const record = {
    task: "same or different, two intervals",
    ...judged,
    surround,
    devicePixelRatio: density,
    result: {
      ...{ ...counts, right, count, part, interval95: [low, high] },
      dPrimeIndependentObservation: independentDPrime(hit, falseAlarm),
      dPrimeDifferencing: differencingDPrime(hit, falseAlarm),
    },
    trials: trials.map((trial) => ({
      ...trial,
      different: isDifferent(trial),
      right: isRight(trial),
      widthDegrees: widthDegrees(trial.viewing, conditions),
    })),
  };
  return `${JSON.stringify(record, null, 1)}\n`;
}

const columns = [
  ...["block", "trial", "first", "second", "different", "said_different", "right", "response_ms"],
  ...["first_ms", "gap_ms", "second_ms", "duration_ms", "gap", "width_degrees", "eccentricity_degrees"],
  ...["distance_cm", "model", "iterations", "seed", "picture", "metamer_sha256"],
];

const cell = (value: unknown): string => {
  const text = value === undefined ? "" : String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** The test as a table: a line for each trial, with what was shown and how. */
export function recordAsCsv(trials: readonly Trial[], conditions: Conditions): string {
  const { settings, iterations, sha256 } = conditions.judged;
  const made = [settings.model, iterations, settings.seed, settings.picture, sha256];
  const lines = trials.map((trial, i) => {
    const { viewing } = trial;
    const degrees = widthDegrees(viewing, conditions).toFixed(3);
    return [
      ...[trial.block, i + 1, trial.first, trial.second],
      ...[isDifferent(trial), trial.saidDifferent, isRight(trial)].map(Number),
      ...[trial.responseMs, trial.firstMs, trial.gapMs, trial.secondMs].map((ms) => ms.toFixed(1)),
      ...[viewing.durationMs, viewing.gap, degrees, viewing.eccentricity, viewing.distanceCm],
      ...made,
    ];
  });
  return `${[columns, ...lines].map((line) => line.map(cell).join(",")).join("\n")}\n`;
}
