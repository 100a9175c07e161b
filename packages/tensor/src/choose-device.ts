import {
  availableDevices,
  type Device,
  type DType,
  describeDevice,
  startDevice,
  withDevice,
} from "./backend.js";
import { floatArray, sizeOf, tensor } from "./create.js";
import { DeviceError, invalidArgument } from "./errors.js";
import { valueAndGrad } from "./gradient.js";
import { keep, read, tidy } from "./memory.js";
import { sum } from "./ops/reduce.js";
import { separableFilter } from "./ops/separable-filter.js";
import { square } from "./ops/unary.js";
import { getRandomState, setRandomState } from "./random/index.js";
import type { Tensor } from "./tensor-type.js";

/** A model as far as its cost is concerned. */
export type TrialModel =
  | ((x: Tensor) => Tensor)
  | { forward(x: Tensor): Tensor; readonly name?: string; to?(device: Device): unknown };

/** Where choices outlive the process: `localStorage`, or something with these two methods. */
export interface ChoiceCache {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

/** Options of {@link chooseDevice}. */
export interface ChooseOptions {
  /** The precision that is needed. Default `"float32"`. */
  dtype?: DType;
  /** Shape of the images. Default `[1, 1, 256, 256]`. */
  shape?: readonly number[];
  /** What is to be computed. Default: a 30×30 Gaussian-like filter. It must work on every device that is tried. */
  model?: TrialModel;
  /** Where choices are remembered between processes. Default: `localStorage` in a page; elsewhere the process only. */
  cache?: ChoiceCache;
}

/** What came of a device. */
export interface Trial {
  readonly device: string;
  /** What computes, as far as the backend says. */
  readonly description: string | undefined;
  /** Milliseconds of one evaluation with gradient, of the first where that was hopeless; undefined where it failed. */
  readonly ms: number | undefined;
  /** Why it failed. */
  readonly problem: string | undefined;
}

/** The device that was chosen, and why. */
export interface ChosenDevice extends Device {
  /** In a sentence for people. */
  readonly reason: string;
  readonly trials: readonly Trial[];
}

/** How long a device is measured, in milliseconds, after one evaluation that compiles and warms up. */
const measuredMs = 60;
const mostRuns = 20;
/** A device whose first evaluation takes so many times the best one's time is not measured further. */
const hopeless = 200;

const remembered = new Map<string, ChosenDevice>();
const numberOfModel = new WeakMap<object, number>();
let models = 0;

/**
 * The fastest device that is present for a model and a size of image, by a short trial: one evaluation with gradient to
 * warm up and a few that are timed. The result is remembered. Present are the backends whose packages have been imported, as
 * far as they start.
 *
 * The active device and the random numbers are left as they were.
 *
 * @returns the device, the reason and what was measured
 * @throws {@link DeviceError} when no imported backend has the precision and runs the model; the message says what each said
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { chooseDevice, square } from "@plenoptic/tensor";
 * const { device, reason } = await chooseDevice({ model: square, shape: [1, 1, 32, 32] });
 * console.log(device, reason); // "cpu" …
 * ```
 */
export async function chooseDevice({
  dtype = "float32",
  shape = [1, 1, 256, 256],
  model = defaultModel,
  cache = pageStorage(),
}: ChooseOptions = {}): Promise<ChosenDevice> {
  if (dtype !== "float32" && dtype !== "float64")
    throw invalidArgument("dtype", dtype, '"float32" or "float64"');
  const candidates = availableDevices().filter((device) => device.dtype === dtype);
  const key = keyOf(model, shape, candidates);
  const chosen =
    remembered.get(key) ??
    (await recall(cache, model, key)) ??
    (await measure(candidates, dtype, shape, model));
  if (typeof model === "object") await model.to?.({ device: chosen.device, dtype });
  remembered.set(key, chosen);
  if (nameOf(model)) cache?.setItem(key, JSON.stringify(chosen));
  return chosen;
}

async function measure(
  candidates: readonly Device[],
  dtype: DType,
  shape: readonly number[],
  model: TrialModel,
): Promise<ChosenDevice> {
  const trials: Trial[] = [];
  const random = getRandomState();
  try {
    for (const device of candidates) {
      const best = Math.min(...trials.map(({ ms }) => ms ?? Number.POSITIVE_INFINITY));
      trials.push(await tryDevice(device, model, shape, best));
    }
  } finally {
    setRandomState(random);
  }
  return choose(trials, dtype, shape, model);
}

const nameOf = (model: TrialModel): string => model.name ?? model.constructor?.name ?? "";
const size = (shape: readonly number[]) => shape.join("×");

/** A wide separable filter: what most models of early vision spend their time on. */
function defaultModel(x: Tensor): Tensor {
  return separableFilter(x, filters, [14, 15, 14, 15], "constant");
}
const taps = Float64Array.from({ length: 30 }, (_, i) => 1 / (1 + (i - 14.5) ** 2));
const filters = [{ channel: 0, terms: [{ vertical: taps, horizontal: taps }] }];

/** What a model says of itself, its options included, else its name. Models that say the same share what is remembered. */
function identityOf(model: TrialModel): string {
  if (typeof model === "object" && model.toString !== Object.prototype.toString) return String(model);
  if (nameOf(model)) return nameOf(model);
  if (!numberOfModel.has(model)) numberOfModel.set(model, ++models);
  return `model ${numberOfModel.get(model)}`;
}

function keyOf(model: TrialModel, shape: readonly number[], candidates: readonly Device[]): string {
  // Not what the devices say of themselves: they do so only once they have started.
  const devices = candidates.map(({ device }) => device);
  return `plenoptic choice: ${identityOf(model)} ${size(shape)} ${candidates[0]?.dtype} of ${devices.join(", ")}`;
}

async function recall(
  cache: ChoiceCache | undefined,
  model: TrialModel,
  key: string,
): Promise<ChosenDevice | undefined> {
  const text = nameOf(model) ? cache?.getItem(key) : undefined;
  if (!text) return undefined;
  try {
    const { reason, ...chosen } = JSON.parse(text) as ChosenDevice;
    const earlier = " (measured earlier)";
    const said = reason.endsWith(earlier) ? reason : reason + earlier;
    return (await stillHolds(chosen)) ? { ...chosen, reason: said } : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the same devices start as when it was measured: something may have been installed since, or removed. */
async function stillHolds({ device, dtype, trials }: Omit<ChosenDevice, "reason">): Promise<boolean> {
  const starts = (name: string) =>
    startDevice({ device: name, dtype }).then(
      () => true,
      () => false,
    );
  for (const { device: other, ms } of trials) {
    if (ms === undefined && (await starts(other))) return false;
  }
  return starts(device);
}

function pageStorage(): ChoiceCache | undefined {
  try {
    // Node has an experimental localStorage, which complains when it is touched.
    return "document" in globalThis ? globalThis.localStorage : undefined;
  } catch {
    // A page may be forbidden to store anything.
    return undefined;
  }
}

/** Numbers like those of a picture, without drawing from the library's generator. */
function picture(shape: readonly number[], device: Device) {
  const values = floatArray(sizeOf(shape), device);
  for (let i = 0; i < values.length; i++) values[i] = (i * 0.6180339887498949 + 0.1) % 1;
  return values;
}

async function tryDevice(
  device: Device,
  model: TrialModel,
  shape: readonly number[],
  best: number,
): Promise<Trial> {
  const about = (rest: Pick<Trial, "ms" | "problem">): Trial => ({
    device: device.device,
    description: describeDevice(device),
    ...rest,
  });
  try {
    const ms = await timeGradient(device, model, shape, best);
    return about({ ms, problem: undefined });
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return about({ ms: undefined, problem });
  }
}

async function timeGradient(
  device: Device,
  model: TrialModel,
  shape: readonly number[],
  best: number,
): Promise<number> {
  await startDevice(device);
  if (typeof model === "object") await model.to?.(device);
  const forward = typeof model === "function" ? model : (x: Tensor) => model.forward(x);
  const x = withDevice(device, () => keep(tensor(picture(shape, device), shape)));
  const once = async () => {
    const start = performance.now();
    const slope = withDevice(device, () =>
      tidy(() => sum(valueAndGrad((image) => sum(square(forward(image))))(x).grad)),
    );
    await read(slope);
    slope.dispose();
    return performance.now() - start;
  };
  try {
    const first = await once();
    // What compiles takes long at first; but not as long as all that.
    if (first > hopeless * best) return first;
    const times: number[] = [];
    for (let total = 0; total < measuredMs && times.length < mostRuns; ) {
      times.push(await once());
      total += times[times.length - 1];
    }
    return times.sort((a, b) => a - b)[times.length >> 1];
  } finally {
    x.dispose();
  }
}

/** The first sentence of what went wrong: advice on what to install is for those who asked for that device. */
const shortly = ({ device, problem = "" }: Trial) => `${device}: ${problem.split(/(?<=[.!])\s/)[0]}`;

function choose(
  trials: readonly Trial[],
  dtype: DType,
  shape: readonly number[],
  model: TrialModel,
): ChosenDevice {
  const able = trials.filter(({ ms }) => ms !== undefined).sort((a, b) => (a.ms ?? 0) - (b.ms ?? 0));
  const failed = trials.filter(({ ms }) => ms === undefined);
  const problems = failed.map(({ device, problem }) => `${device}: ${problem}`);
  if (able.length === 0) {
    throw new DeviceError(
      problems.length
        ? `No backend can run this in ${dtype}. ${problems.join(" ")}`
        : `No imported backend has ${dtype}. Import one, e.g. import "@plenoptic/backend-cpu".`,
    );
  }
  const time = ({ device, description, ms = 0 }: Trial) =>
    `${device}${description ? ` (${description})` : ""}: ${ms.toPrecision(2)} ms`;
  const what = model === defaultModel ? "a 30×30 filter" : nameOf(model) || "the model";
  const others = able.length > 1 ? "" : " It is the only backend that runs it.";
  const reason =
    `${able.map(time).join("; ")} for a gradient of ${what} at ${size(shape)}.${others}` +
    `${problems.length ? ` Left out: ${failed.map(shortly).join(" ")}` : ""}`;
  return { device: able[0].device, dtype, reason, trials };
}
