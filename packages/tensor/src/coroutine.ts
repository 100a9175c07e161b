import { engine } from "@tensorflow/tfjs-core";
import { canReadAtOnce, type Device, withDevice } from "./backend.js";
import type { FloatArray } from "./create.js";
import { read, readSync, tensorsIn, tidy } from "./memory.js";
import type { Tensor } from "./tensor-type.js";

/**
 * A computation that stops where it needs numbers: it yields tensors, and goes on with their values. Written once, it runs
 * without a pause on devices whose values can be read at once, and between awaited reads on the others.
 */
export type Coroutine<T> = Generator<readonly Tensor[], T, readonly FloatArray[]>;

/** The values of float tensors, to be used as `yield* valuesOf(x, y)`. */
export function* valuesOf(...xs: Tensor[]): Coroutine<readonly FloatArray[]> {
  return yield xs;
}

/** The values of tensors of one number each, to be used as `yield* numbersOf(x, y)`. */
export function* numbersOf(...xs: Tensor[]): Coroutine<number[]> {
  const values = yield xs;
  return values.map(([first]) => first);
}

/** A {@link tidy} around a part of a coroutine: tensors made in it are freed at its end, but for those it returns. */
export function* inScope<T>(part: Coroutine<T>): Coroutine<T> {
  engine().startScope();
  let result: T | undefined;
  try {
    result = yield* part;
    return result;
  } finally {
    engine().endScope(tensorsIn(result) as never);
  }
}

/**
 * Runs a coroutine on a device, and frees every tensor made in it but those it returns.
 *
 * @param start - makes the coroutine; what it does before its first `yield` is done at once, on every device
 * @returns the result; on a device whose values can only be awaited, a promise of it as soon as there is a `yield`
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { activeDevice, mul, numbersOf, runCoroutine, sum, tensor } from "@plenoptic/tensor";
 * function* normalized(x) {
 *   const [total] = yield* numbersOf(sum(x));
 *   return mul(x, 1 / total);
 * }
 * const x = tensor([1, 3]);
 * const y = await runCoroutine(activeDevice(), () => normalized(x));
 * console.log(y.dataSync()); // 0.25 0.75
 * ```
 */
export function runCoroutine<T>(device: Device, start: () => Coroutine<T>): T | Promise<T> {
  return canReadAtOnce(device) ? runAtOnce(device, start) : runAwaiting(device, start);
}

function runAtOnce<T>(device: Device, start: () => Coroutine<T>): T {
  return withDevice(device, () =>
    tidy(() => {
      const routine = start();
      let turn = routine.next();
      while (!turn.done) turn = routine.next(turn.value.map(readSync));
      return turn.value;
    }),
  );
}

/**
 * Scopes of tfjs that are open only while their coroutine is running: between two stretches they are taken off the
 * engine's stack, so that others' tensors are not taken for theirs.
 */
class Scopes {
  private suspended = engine().state.scopeStack.slice(0, 0);

  /** Runs a stretch inside the scopes; they are closed when it throws, else put aside. */
  run<T>(device: Device, stretch: () => T): T {
    return withDevice(device, () => {
      const { state } = engine();
      const depth = state.scopeStack.length;
      const setActive = () => {
        state.activeScope = state.scopeStack[state.scopeStack.length - 1] ?? null;
      };
      state.scopeStack.push(...this.suspended);
      setActive();
      try {
        const result = stretch();
        this.suspended = state.scopeStack.splice(depth);
        setActive();
        return result;
      } catch (error) {
        while (state.scopeStack.length > depth) engine().endScope();
        this.suspended = [];
        throw error;
      }
    });
  }
}

function runAwaiting<T>(device: Device, start: () => Coroutine<T>): T | Promise<T> {
  const scopes = new Scopes();
  type Turn = IteratorResult<readonly Tensor[], T>;
  const resume = (next: () => Turn): Turn =>
    scopes.run(device, () => {
      const turn = next();
      if (turn.done) engine().endScope(tensorsIn(turn.value) as never);
      return turn;
    });
  let routine: Coroutine<T> | undefined;
  const first = resume(() => {
    engine().startScope();
    routine = start();
    return routine.next();
  });
  if (first.done) return first.value;
  return goOn(first, routine as Coroutine<T>, resume);
}

async function goOn<T>(
  first: IteratorYieldResult<readonly Tensor[]>,
  routine: Coroutine<T>,
  resume: (next: () => IteratorResult<readonly Tensor[], T>) => IteratorResult<readonly Tensor[], T>,
): Promise<T> {
  let turn: IteratorResult<readonly Tensor[], T> = first;
  while (!turn.done) {
    const wanted = turn.value;
    let next: () => IteratorResult<readonly Tensor[], T>;
    try {
      const values = await Promise.all(wanted.map(read));
      next = () => routine.next(values);
    } catch (error) {
      next = () => routine.throw(error);
    }
    turn = resume(next);
  }
  return turn.value;
}
