import {
  type Coroutine,
  type FloatArray,
  OutOfRangeError,
  read,
  runCoroutine,
  StateError,
  sub,
  type Tensor,
  tensor,
  valuesOf,
} from "@plenoptic/tensor";
import type { MetamerState } from "./metamer-state.js";
import { resolveIteration, selectFrame } from "./progress-index.js";
import { callModel } from "./types.js";

/** Numbers in host memory, row-major. */
export interface PlainArray {
  readonly data: FloatArray;
  readonly shape: readonly number[];
}

/** One array, or several by name where the model has names for its statistics (`convertToDict`). */
export type PlainRepresentation = PlainArray | { readonly [name: string]: PlainArray };

/** A {@link Metamer} as numbers in host memory, for figures and other programs that know no tensors. */
export interface PlainMetamer {
  readonly losses: readonly number[];
  readonly penalties: readonly number[];
  readonly penaltyLambda: number;
  readonly gradientNorm: readonly number[];
  readonly pixelChangeNorm: readonly number[];
  readonly storeProgress: number | undefined;
  readonly image: PlainArray;
  readonly metamer: PlainArray;
  /** Stored images, then the current one. */
  readonly savedMetamer: readonly PlainArray[];
  readonly model: unknown;
  /** The representation of a stored image (null: the current one) minus the target's, of the iterations asked for. */
  readonly representationError: (frame: number | null) => PlainRepresentation;
}

/** Options of {@link plainArrays}. */
export interface PlainArraysOptions {
  /**
   * Of which iterations the error of the representation is computed: null is the current image, others are those of the
   * nearest stored image. `"stored"`: of all stored images. Default `[null]`.
   */
  errorsAt?: readonly (number | null)[] | "stored";
}

interface NamingModel {
  convertToDict(representation: Tensor): { readonly [name: string]: Tensor };
}

const isNaming = (model: unknown): model is NamingModel =>
  typeof (model as NamingModel | undefined)?.convertToDict === "function";

function* representationError(object: MetamerState, image: () => Tensor): Coroutine<PlainRepresentation> {
  const { model, targetRepresentation } = object;
  const error = sub(callModel(model, image()), targetRepresentation);
  const parts = isNaming(model) ? Object.entries(model.convertToDict(error)) : [["", error] as const];
  const values = yield* valuesOf(...parts.map(([, part]) => part));
  const arrays = parts.map(
    ([name, { shape }], i) => [name, { data: values[i].slice(), shape: [...shape] }] as const,
  );
  return isNaming(model) ? Object.fromEntries(arrays) : arrays[0][1];
}

/**
 * Everything of a {@link Metamer} that can be looked at, as numbers in host memory. It stays as it is when synthesis goes on.
 *
 * @throws {@link StateError} before there is a metamer; {@link OutOfRangeError} for an iteration that does not exist;
 *   {@link DeviceLostError} when the device was lost
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { Metamer, plainArrays } from "@plenoptic/synthesis";
 * import { mean, rand } from "@plenoptic/tensor";
 * const metamer = new Metamer(rand([1, 1, 16, 16]), (x) => mean(x, 3));
 * await metamer.synthesize({ maxIter: 5, storeProgress: 2 });
 * const { savedMetamer, representationError } = await plainArrays(metamer);
 * console.log(savedMetamer.length, representationError(null).shape); // 4 [1, 1, 16]
 * ```
 */
export async function plainArrays(
  object: MetamerState,
  { errorsAt = [null] }: PlainArraysOptions = {},
): Promise<PlainMetamer> {
  await object.refresh();
  const frames = object.savedMetamer;
  if (frames.length === 0) {
    throw new StateError("There is no metamer yet. Call setup(), synthesize() or load() first.");
  }
  const shape = [...object.image.shape];
  const { losses, penalties, penaltyLambda, gradientNorm, pixelChangeNorm, storeProgress, model } = object;
  const saved = frames.map((data) => ({ data, shape }));
  const image = { data: await read(object.image), shape };
  const errors = new Map<number | null, PlainRepresentation>();
  for (const frame of framesOf(errorsAt, object)) {
    const made = () => (frame === null ? object.metamer : tensor(frames[frame], shape));
    errors.set(frame, await runCoroutine(object.device, () => representationError(object, made)));
  }
  return {
    ...{ losses, penalties, penaltyLambda, gradientNorm, pixelChangeNorm, storeProgress, model },
    image,
    metamer: saved[saved.length - 1],
    savedMetamer: saved,
    representationError: (frame) => {
      const error = errors.get(frame);
      if (!error) {
        throw new OutOfRangeError(
          `The error of the representation of ${frame === null ? "the current image" : `stored image ${frame}`} was not ` +
            "computed: name its iteration in errorsAt.",
        );
      }
      return error;
    },
  };
}

/** The stored images that go with some iterations; without stored images there is only the current one. */
function framesOf(
  errorsAt: readonly (number | null)[] | "stored",
  { losses, savedMetamer, storeProgress }: MetamerState,
): Set<number | null> {
  if (errorsAt === "stored") return new Set(savedMetamer.keys());
  return new Set(
    errorsAt.map((iteration) => {
      const at = resolveIteration(iteration, losses.length);
      if (iteration === null || !storeProgress) return null;
      const { frame } = selectFrame(at, storeProgress, losses.length, "round");
      return Math.min(frame, savedMetamer.length - 1);
    }),
  );
}
