import {
  clone,
  type Device,
  deviceOf,
  dispose,
  invalidArgument,
  keep,
  read,
  ShapeError,
  type Tensor,
  tensor,
  toDevice,
  ValidationError,
  withDevice,
} from "@plenoptic/tensor";
import type { CapturedState, Optimizer, OptimizerState, ParameterValues, StateArray } from "./optimizer.js";
import { checkNotNegative, checkOptionNames, type OptionValue } from "./options.js";

type Tensors = Record<string, Tensor>;

/** What is kept for one parameter: on its device, or still in host memory when it was loaded. */
type ParameterState = { step: number } & ({ tensors: Tensors } | { loaded: ParameterValues["tensors"] });

async function mapValues<A, B>(record: Readonly<Record<string, A>>, f: (value: A) => Promise<B>) {
  const entries = Object.entries(record).map(async ([name, value]) => [name, await f(value)] as const);
  return Object.fromEntries(await Promise.all(entries)) as Record<string, B>;
}

async function valuesOf(x: Tensor): Promise<StateArray> {
  return { values: (await read(x)).slice(), shape: [...x.shape] };
}

/** Other handles on the same values. */
const cloned = (tensors: Tensors): Tensors =>
  Object.fromEntries(Object.entries(tensors).map(([name, x]) => [name, keep(clone(x))]));

const sameShape = (a: readonly number[], b: readonly number[]) =>
  a.length === b.length && a.every((extent, i) => extent === b[i]);

/** What all optimizers share: the options, a state per parameter, and moving and saving it. */
export abstract class BaseOptimizer<Options extends { lr: number }> implements Optimizer {
  abstract readonly name: string;
  initialLr?: number;
  protected readonly options: Options;
  private states: ParameterState[] = [];

  constructor(options: Options) {
    this.check(options);
    this.options = options;
  }

  get lr(): number {
    return this.options.lr;
  }

  set lr(value: number) {
    this.options.lr = value;
  }

  /** Throws where an option has a value that cannot be. Called before the fields of the subclass are there. */
  protected check({ lr }: Options): void {
    checkNotNegative("lr", lr, "Invalid learning rate; try a small one, such as 0.01.");
  }

  /** New parameter and new state tensors, from the old; `step` is 1 at the first update, when there are no tensors. */
  protected abstract update(
    param: Tensor,
    grad: Tensor,
    state: { step: number; tensors: Partial<Tensors> },
  ): { param: Tensor; tensors: Tensors };

  step(params: readonly Tensor[], grads: readonly Tensor[]): Tensor[] {
    this.checkStep(params, grads);
    const updates: { param: Tensor; tensors: Tensors }[] = [];
    try {
      params.forEach((param, i) => {
        const { step, tensors } = this.stateOn(deviceOf(param), i);
        updates.push(this.update(param, grads[i], { step: step + 1, tensors }));
      });
    } catch (error) {
      dispose(updates);
      throw error;
    }
    return updates.map(({ param, tensors }, i) => {
      const old = this.states[i];
      if (old && "tensors" in old) dispose(old.tensors);
      for (const x of Object.values(tensors)) keep(x);
      this.states[i] = { step: (old?.step ?? 0) + 1, tensors };
      return param;
    });
  }

  private checkStep(params: readonly Tensor[], grads: readonly Tensor[]): void {
    const { name, states } = this;
    const expected = states.length || params.length;
    if (params.length !== expected) {
      throw invalidArgument(
        "params",
        `${params.length} tensors`,
        `${expected} tensors, as in ${name}'s state`,
      );
    }
    if (grads.length !== params.length) {
      throw invalidArgument(
        "grads",
        `${grads.length} tensors`,
        `one for each of ${params.length} parameters`,
      );
    }
    params.forEach(({ shape }, i) => {
      const state = states[i];
      const kept = !state ? [] : Object.entries("tensors" in state ? state.tensors : state.loaded);
      for (const [what, other] of [["gradient", grads[i]] as const, ...kept]) {
        if (sameShape(other.shape, shape)) continue;
        throw new ShapeError(
          `${name}: parameter ${i} has shape [${shape.join(", ")}], but its ${what} [${other.shape.join(", ")}].`,
        );
      }
    });
  }

  /** The state of a parameter with its tensors on a device, where a loaded one still has to go. */
  private stateOn(device: Device, index: number): { step: number; tensors: Tensors } {
    const state = this.states[index] ?? { step: 0, tensors: {} };
    if ("tensors" in state) return state;
    const tensors: Tensors = {};
    withDevice(device, () => {
      for (const [name, { values, shape }] of Object.entries(state.loaded)) {
        tensors[name] = keep(tensor(values, shape));
      }
    });
    const placed = { step: state.step, tensors };
    this.states[index] = placed;
    return placed;
  }

  capture(): CapturedState {
    const { lr } = this;
    let states = this.states.map((state) =>
      "tensors" in state ? { ...state, tensors: cloned(state.tensors) } : state,
    );
    return {
      restore: () => {
        this.dispose();
        this.lr = lr;
        this.states = states;
        states = [];
      },
      dispose: () => {
        for (const state of states) if ("tensors" in state) dispose(state.tensors);
        states = [];
      },
    };
  }

  async stateDict(): Promise<OptimizerState> {
    const options = { ...this.options } as Record<string, OptionValue>;
    const initial = this.initialLr === undefined ? {} : { initialLr: this.initialLr };
    // Every read starts before the first await, so that they all see the same step.
    const state = this.states.map(async (kept) => ({
      step: kept.step,
      tensors:
        "tensors" in kept
          ? await mapValues(kept.tensors, valuesOf)
          : await mapValues(kept.loaded, async ({ values, shape }) => ({ values: values.slice(), shape })),
    }));
    return { state: await Promise.all(state), options, ...initial };
  }

  loadStateDict({ state, options, initialLr }: OptimizerState): void {
    checkOptionNames(this.name, options, Object.keys(this.options));
    const next = { ...this.options, ...options } as Options;
    this.check(next);
    const loaded = state.map(({ step, tensors }, i) => ({
      step,
      loaded: this.checkLoaded(i, step, tensors),
    }));
    this.dispose();
    this.states = loaded;
    this.initialLr = initialLr;
    Object.assign(this.options, next);
  }

  /** Names of the tensors that a state of this class may have. */
  protected abstract readonly tensorNames: readonly string[];

  private checkLoaded(
    i: number,
    step: number,
    tensors: ParameterValues["tensors"],
  ): ParameterValues["tensors"] {
    if (!(Number.isInteger(step) && step >= 0)) {
      throw invalidArgument(`state[${i}].step`, step, "a whole number that is not negative");
    }
    const copies: Record<string, StateArray> = {};
    for (const [name, { values, shape }] of Object.entries(tensors)) {
      if (!this.tensorNames.includes(name)) {
        throw new ValidationError(
          `The state of ${this.name} has no "${name}", only ${this.tensorNames.join(", ")}. Is it that of another optimizer?`,
          { argument: `state[${i}].tensors`, value: name },
        );
      }
      const size = shape.reduce((product, extent) => product * extent, 1);
      if (values.length !== size) {
        throw new ShapeError(
          `state[${i}].${name} has ${values.length} values for shape [${shape.join(", ")}].`,
        );
      }
      copies[name] = { values: values.slice(), shape: [...shape] };
    }
    return copies;
  }

  async to(device: Device): Promise<void> {
    const moved: ParameterState[] = [];
    try {
      for (const state of this.states) {
        moved.push({ step: state.step, tensors: {} });
        const { tensors } = moved[moved.length - 1] as { tensors: Tensors };
        const kept: Record<string, Tensor | StateArray> = "tensors" in state ? state.tensors : state.loaded;
        for (const [name, x] of Object.entries(kept)) {
          tensors[name] =
            "dataId" in x
              ? await toDevice(x, device)
              : withDevice(device, () => keep(tensor(x.values, x.shape)));
        }
      }
    } catch (error) {
      dispose(moved);
      throw error;
    }
    this.dispose();
    this.states = moved;
  }

  dispose(): void {
    for (const state of this.states) if ("tensors" in state) dispose(state.tensors);
    this.states = [];
  }
}
