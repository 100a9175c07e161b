import { Adam, type Optimizer, type Scheduler } from "@plenoptic/optim";
import { StateError, ValidationError, warn } from "@plenoptic/tensor";
import type { SetupOptions } from "./metamer-types.js";
import type { Snapshot } from "./saving/snapshot.js";
import type { OptimizerClass, SchedulerClass } from "./types.js";

type Kind = "optimizer" | "scheduler";

function checkArguments(kind: Kind, options: object | undefined): void {
  if (options === undefined) return;
  throw new ValidationError(
    `When initializing ${kind} after load, ${kind}_kwargs (${kind}Options) must be left out: they come from the file.`,
    { argument: `${kind}Options`, value: options },
  );
}

function cannotInitialize(kind: Kind, name: string): never {
  throw new ValidationError(
    `Don't know how to initialize saved ${kind} "${name}"! Give setup() the class: setup({ ${kind}: ${name} }).`,
    { argument: kind },
  );
}

function checkType(kind: Kind, saved: string | undefined, own: string): void {
  if (saved === own) return;
  throw new ValidationError(
    `User-specified ${kind} must have same type as saved ${kind}, but got:\nSaved: ${saved ?? "none"}\nUser-specified: ${own}`,
    { argument: kind, value: own },
  );
}

function makeOptimizer({ optimizer: saved }: Snapshot, chosen: OptimizerClass | undefined): Optimizer {
  if (!saved) return new (chosen ?? (Adam as OptimizerClass))();
  if (!chosen && saved.name !== "Adam") cannotInitialize("optimizer", saved.name);
  const optimizer = new (chosen ?? (Adam as OptimizerClass))();
  checkType("optimizer", saved.name, optimizer.name);
  optimizer.loadStateDict(saved.state);
  return optimizer;
}

/** A class other than the saved one may not take the saved options; then that it is another one is what to say. */
function construct(chosen: SchedulerClass, optimizer: Optimizer, saved: Snapshot["scheduler"]): Scheduler {
  try {
    return new chosen(optimizer, (saved?.state.options ?? {}) as never);
  } catch (error) {
    checkType("scheduler", saved?.name, chosen.name);
    throw error;
  }
}

function makeScheduler(
  { scheduler: saved }: Snapshot,
  chosen: SchedulerClass | undefined,
  optimizer: Optimizer,
): Scheduler | undefined {
  if (!chosen) return saved ? cannotInitialize("scheduler", saved.name) : undefined;
  const { lr } = optimizer;
  const scheduler = construct(chosen, optimizer, saved);
  checkType("scheduler", saved?.name, scheduler.name);
  if (saved) scheduler.loadStateDict(saved.state);
  // Making a scheduler may change the learning rate; the saved one is that of the next step.
  optimizer.lr = lr;
  return scheduler;
}

/**
 * The optimizer and the scheduler of a loaded object, as they were.
 *
 * @throws {@link ValidationError} for options, or classes other than the saved ones; {@link StateError} for an initial image
 */
export function setUpAfterLoad(
  saved: Snapshot,
  { initialImage, optimizer: chosen, optimizerOptions, scheduler, schedulerOptions }: SetupOptions,
): { optimizer: Optimizer; scheduler: Scheduler | undefined } {
  if (initialImage)
    throw new StateError("Cannot set initial_image after calling load(): the image comes from the file.");
  checkArguments("optimizer", optimizerOptions);
  checkArguments("scheduler", schedulerOptions);
  const optimizer = makeOptimizer(saved, chosen);
  return { optimizer, scheduler: makeScheduler(saved, scheduler, optimizer) };
}

/** Says what the user has to do before synthesis can go on. */
export function warnOfSetup(optimizer: string | undefined, scheduler: string | undefined): void {
  const needed = [
    ...(optimizer !== undefined && optimizer !== "Adam" ? ["optimizer"] : []),
    ...(scheduler !== undefined ? ["scheduler"] : []),
  ];
  if (needed.length > 0) warn("load", `You will need to call setup() to instantiate ${needed.join(", ")}.`);
}
