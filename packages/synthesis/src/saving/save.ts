import { PythonFloat, PythonTuple, type TorchValue, torchPieces } from "@plenoptic/io";
import type { StateArray } from "@plenoptic/optim";
import { type Coroutine, inScope, mul, type Tensor, valuesOf, warn } from "@plenoptic/tensor";
import { callModel, type LossFunction, type ModelLike, type PenaltyFunction } from "../types.js";
import { coarseToFineToTorch } from "./coarse-to-fine.js";
import { savedName, savedNameOf } from "./names.js";
import { optimizerToTorch } from "./optimizer-state.js";
import { schedulerToTorch } from "./scheduler-state.js";
import type { Snapshot } from "./snapshot.js";
import { toTorch } from "./values.js";

/** The release of the reference whose files these are. */
export const formatVersion = "2.1.1";

/** What is saved as a name and an example of its output, because code is not saved. */
export interface Callables {
  readonly model: ModelLike;
  readonly lossFunction: LossFunction;
  readonly penaltyFunction: PenaltyFunction;
}

/** The attribute of each, the inputs it is tried on, and how. The order is the one in which they are checked. */
export const examples = [
  {
    attribute: "_loss_function",
    inputs: ["_target_representation", "2 * _target_representation"],
    of: (c: Callables) => c.lossFunction,
    output: (c: Callables, inputs: ExampleInputs) => c.lossFunction(inputs.target, mul(inputs.target, 2)),
  },
  {
    attribute: "_penalty_function",
    inputs: ["_image"],
    of: (c: Callables) => c.penaltyFunction,
    output: (c: Callables, inputs: ExampleInputs) => c.penaltyFunction(inputs.image),
  },
  {
    attribute: "_model",
    inputs: ["_image"],
    of: (c: Callables) => c.model,
    output: (c: Callables, inputs: ExampleInputs) => callModel(c.model, inputs.image),
  },
] as const;

export interface ExampleInputs {
  readonly image: Tensor;
  readonly target: Tensor;
}

const floatOrNone = (value: number | undefined): TorchValue =>
  value === undefined ? null : new PythonFloat(value);

/** What one of the callables gives, in host memory. */
export function* exampleOutput(
  example: (typeof examples)[number],
  callables: Callables,
  inputs: ExampleInputs,
): Coroutine<StateArray> {
  const output = example.output(callables, inputs);
  const [values] = yield* valuesOf(output);
  return { values: values.slice(), shape: output.shape };
}

/** What the callables give, in the order of {@link examples}; undefined for a model that fails now. */
export function* exampleOutputs(
  callables: Callables,
  inputs: ExampleInputs,
): Coroutine<(StateArray | undefined)[]> {
  const outputs: (StateArray | undefined)[] = [];
  for (const example of examples) {
    try {
      outputs.push(yield* inScope(exampleOutput(example, callables, inputs)));
    } catch (error) {
      if (example.attribute !== "_model") throw error;
      // What has been done is not lost because the model fails now: once it gave the target representation.
      warn("save", `The model fails, and is saved with what it gave at first: ${error}`);
      outputs.push(undefined);
    }
  }
  return outputs;
}

/**
 * The attributes that the reference saves, under its names.
 *
 * @param className - "Metamer" or "MetamerCTF"
 * @param outputs - what the callables give, see {@link exampleOutputs}
 */
export function toAttributes(
  className: string,
  snapshot: Snapshot,
  callables: Callables,
  outputs: readonly (StateArray | undefined)[],
): Map<TorchValue, TorchValue> {
  const { image, metamer, optimizer, scheduler, frames } = snapshot;
  const metadata = new Map<TorchValue, TorchValue>([
    ["plenoptic_version", formatVersion],
    ["torch_version", "none"],
    ["synthesis_object", `plenoptic.${className}`],
    ["written_by", "plenoptic.js"],
  ]);
  const named = (name: string | undefined, state: TorchValue) =>
    new PythonTuple([name === undefined ? null : savedName(name), state]);
  const attributes: [string, TorchValue][] = [
    ["save_metadata", metadata],
    ["_loaded", false],
    ["_losses", Float64Array.from(snapshot.losses)],
    ["_penalties", Float64Array.from(snapshot.penalties)],
    ["_gradient_norm", Float64Array.from(snapshot.gradientNorm)],
    ["_pixel_change_norm", Float64Array.from(snapshot.pixelChangeNorm)],
    ["_store_progress", snapshot.storeProgress === undefined ? null : snapshot.storeProgress || false],
    ["_current_loss", floatOrNone(snapshot.current?.loss)],
    ["_current_penalty", floatOrNone(snapshot.current?.penalty)],
    ["_penalty_lambda", new PythonFloat(snapshot.penaltyLambda)],
    ["_image", toTorch(image)],
    ["_image_shape", new PythonTuple(image.shape, true)],
    ["_target_representation", toTorch(snapshot.targetRepresentation)],
    ["_scheduler_step_arg", scheduler?.needsLoss ?? false],
    ["_saved_metamer", frames.map(toTorch)],
    ["_metamer", metamer ? toTorch(metamer) : null],
    ...(snapshot.coarseToFine ? coarseToFineToTorch(snapshot.coarseToFine) : []),
    ...examples.map((example, i): [string, TorchValue] => [
      example.attribute,
      new PythonTuple<TorchValue>([
        savedNameOf(example.of(callables)),
        new PythonTuple(example.inputs),
        toTorch(outputs[i] ?? snapshot.targetRepresentation),
      ]),
    ]),
    [
      "_optimizer",
      named(optimizer?.name, optimizer ? optimizerToTorch(optimizer.name, optimizer.state) : new Map()),
    ],
    [
      "_scheduler",
      named(scheduler?.name, scheduler ? schedulerToTorch(scheduler.name, scheduler.state) : new Map()),
    ],
  ];
  return new Map<TorchValue, TorchValue>(attributes);
}

/** The pieces of the file, made as they are taken. */
export function toPieces(...args: Parameters<typeof toAttributes>): Iterable<Uint8Array> {
  return torchPieces(toAttributes(...args));
}
