import { FormatError, PythonFloat, type TorchValue } from "@plenoptic/io";
import { allScales, type CoarseToFine } from "../scale-schedule.js";
import type { Scale } from "../types.js";
import type { CoarseToFineSnapshot } from "./snapshot.js";
import { type Attributes, floats, list, number, numbers, text, toTorch } from "./values.js";

/** The attributes that only a MetamerCTF has. */
export const coarseToFineNames = [
  "_coarse_to_fine",
  "_ctf_target_representation",
  "_initial_lr",
  "_scales",
  "_scales_finished",
  "_scales_loss",
  "_scales_timing",
];

/** They as the reference has them. */
export function coarseToFineToTorch(snapshot: CoarseToFineSnapshot): [string, TorchValue][] {
  const { coarseToFine, scales, finished, timing, losses, target, initialLr } = snapshot;
  return [
    ["_coarse_to_fine", coarseToFine],
    ["_ctf_target_representation", target ? toTorch(target) : null],
    ["_initial_lr", initialLr === undefined ? null : [new PythonFloat(initialLr)]],
    ["_scales", [...scales]],
    ["_scales_finished", [...finished]],
    ["_scales_loss", Float64Array.from(losses)],
    ["_scales_timing", new Map([...timing].map(([scale, times]) => [scale, [...times]]))],
  ];
}

function scaleOf(value: TorchValue, what: string): Scale {
  if (typeof value === "string" || typeof value === "number") return value;
  throw new FormatError(`The file's ${what} holds something that is no scale, which are texts and numbers.`);
}

function timingOf(value: TorchValue | undefined): Map<Scale, number[]> {
  const what = "scales_timing";
  if (!(value instanceof Map)) throw new FormatError(`The file's ${what} is not a dictionary.`);
  return new Map([...value].map(([scale, times]) => [scaleOf(scale, what), numbers(times, what)]));
}

/** How the scales of a file were gone through. */
export function coarseToFineOf(attributes: Attributes): CoarseToFine {
  const mode = text(attributes.get("_coarse_to_fine"), "coarse_to_fine");
  if (mode === "together" || mode === "separate") return mode;
  throw new FormatError(`The file's coarse_to_fine is "${mode}", not "together" or "separate".`);
}

/** They as we have them, from a file with so many iterations. */
export function coarseToFineFromTorch(attributes: Attributes, iterations: number): CoarseToFineSnapshot {
  const at = (name: string) => attributes.get(name);
  const scalesOf = (name: string, what: string) => list(at(name), what).map((item) => scaleOf(item, what));
  const coarseToFine = coarseToFineOf(attributes);
  const scales = scalesOf("_scales", "scales");
  if (scales.length === 0 || scales.indexOf(allScales) !== scales.length - 1)
    throw new FormatError(`The file's scales must end with "all", but are ${scales.join(", ")}.`);
  const timing = timingOf(at("_scales_timing"));
  if (!(timing.get(scales[0])?.length === 1))
    throw new FormatError(`The file's scales_timing does not say when scale ${scales[0]} was begun.`);
  const losses = numbers(at("_scales_loss"), "scales_loss");
  if (losses.length !== iterations)
    throw new FormatError(`The file has ${iterations} losses, but ${losses.length} of scales.`);
  const target = at("_ctf_target_representation");
  // One number, for we have one group of parameters.
  const rates = at("_initial_lr") ?? null;
  const initialLr = rates === null ? undefined : number(list(rates, "initial_lr")[0], "initial_lr");
  return {
    coarseToFine,
    scales,
    finished: scalesOf("_scales_finished", "scales_finished"),
    timing,
    losses,
    target: target === null ? undefined : floats(target, "ctf_target_representation"),
    initialLr,
  };
}
