import {
  type Device,
  invalidArgument,
  nearest,
  readSync,
  type Tensor,
  tensor,
  toDevice,
  ValidationError,
} from "@plenoptic/tensor";

/** A tensor of an optimizer's state, in host memory. */
export interface StateArray {
  readonly values: Float32Array | Float64Array;
  readonly shape: readonly number[];
}

/** All that an optimizer needs to go on later: torch's `state_dict`, with our names. */
export interface OptimizerState {
  /** For each parameter in order: the step counter and the named state tensors. Empty before the first step. */
  readonly state: readonly {
    readonly step: number;
    readonly tensors: Readonly<Record<string, StateArray>>;
  }[];
  /** The options, learning rate included. */
  readonly options: Readonly<Record<string, number | boolean | readonly number[]>>;
}

/** Updates parameters by their gradients. The state is explicit: `stateDict`, `loadStateDict`, `to`. */
export interface Optimizer {
  /** The name of the class, as in torch.optim. */
  readonly name: string;
  /** Learning rate; schedulers change it between steps. */
  lr: number;
  /**
   * One update. The caller keeps owning `params` and `grads`, and owns what comes back: one new tensor per parameter.
   */
  step(params: readonly Tensor[], grads: readonly Tensor[]): Tensor[];
  stateDict(): OptimizerState;
  /** Continues from a state; its tensors are put on the active device. */
  loadStateDict(state: OptimizerState): void;
  /** Moves the state to another device or precision. */
  to(device: Device): Promise<void>;
  /** Frees the state. */
  dispose(): void;
}

/** A class of optimizers: `new Adam({ lr: 0.01 })`. */
export type OptimizerClass = new (options?: Record<string, never>) => Optimizer;

interface ParameterState {
  step: number;
  tensors: Record<string, Tensor>;
}

/** Refuses option names that do not exist, with the nearest that does. */
export function checkOptionNames(owner: string, options: object, known: readonly string[]): void {
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    const close = nearest(name, known);
    const hint = close ? `Did you mean "${close}"?` : `It has: ${known.join(", ")}.`;
    throw new ValidationError(`${owner} has no option "${name}". ${hint}`, { argument: name });
  }
}

/** Throws unless the value is a number ≥ 0. */
export function checkNotNegative(name: string, value: number): void {
  if (!(typeof value === "number" && value >= 0))
    throw invalidArgument(name, value, "a number that is not negative");
}

type OptionValue = number | boolean | readonly number[];

/** What all optimizers share: the options, a state per parameter, and moving and saving it. */
export abstract class BaseOptimizer<Options extends { lr: number }> implements Optimizer {
  abstract readonly name: string;
  protected states: ParameterState[] = [];

  constructor(protected readonly options: Options) {
    checkNotNegative("lr", options.lr);
  }

  get lr(): number {
    return this.options.lr;
  }

  set lr(value: number) {
    this.options.lr = value;
  }

  protected abstract update(
    param: Tensor,
    grad: Tensor,
    state: ParameterState,
  ): { param: Tensor; tensors: Record<string, Tensor> };

  step(params: readonly Tensor[], grads: readonly Tensor[]): Tensor[] {
    return params.map((param, i) => {
      const state = this.states[i] ?? { step: 0, tensors: {} };
      const updated = this.update(param, grads[i], { ...state, step: state.step + 1 });
      for (const old of Object.values(state.tensors)) {
        if (!Object.values(updated.tensors).includes(old)) old.dispose();
      }
      this.states[i] = { step: state.step + 1, tensors: updated.tensors };
      return updated.param;
    });
  }

  stateDict(): OptimizerState {
    const state = this.states.map(({ step, tensors }) => ({
      step,
      tensors: Object.fromEntries(
        Object.entries(tensors).map(([name, x]) => [name, { values: readSync(x), shape: [...x.shape] }]),
      ),
    }));
    return { state, options: { ...this.options } as unknown as Record<string, OptionValue> };
  }

  loadStateDict({ state, options }: OptimizerState): void {
    checkOptionNames(this.name, options, Object.keys(this.options));
    const loaded = state.map(({ step, tensors }) => ({
      step,
      tensors: Object.fromEntries(
        Object.entries(tensors).map(([name, { values, shape }]) => [name, tensor(values, shape)]),
      ),
    }));
    this.dispose();
    this.states = loaded;
    Object.assign(this.options, options);
  }

  async to(device: Device): Promise<void> {
    const moved = await Promise.all(
      this.states.map(async ({ step, tensors }) => {
        const entries = Object.entries(tensors).map(
          async ([name, x]) => [name, await toDevice(x, device)] as const,
        );
        return { step, tensors: Object.fromEntries(await Promise.all(entries)) };
      }),
    );
    this.dispose();
    this.states = moved;
  }

  dispose(): void {
    for (const { tensors } of this.states) for (const x of Object.values(tensors)) x.dispose();
    this.states = [];
  }
}
