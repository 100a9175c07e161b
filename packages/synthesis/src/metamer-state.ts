import type { Optimizer, Scheduler } from "@plenoptic/optim";
import {
  type Coroutine,
  canReadAtOnce,
  clone,
  type Device,
  DeviceLostError,
  deviceOf,
  type FloatArray,
  keep,
  numbersOf,
  read,
  readSync,
  runCoroutine,
  StateError,
  type Tensor,
  tensor,
  tidy,
  warn,
  withDevice,
} from "@plenoptic/tensor";
import { describe } from "./describe.js";
import { evaluate, type Objective } from "./iteration.js";
import type { Progress } from "./metamer-types.js";
import { progressAt } from "./progress.js";
import type { IterationSelection } from "./progress-index.js";
import type { Snapshot } from "./saving/snapshot.js";
import type { LossFunction, ModelLike, PenaltyFunction } from "./types.js";

/** The tensors that an object frees and moves. */
export interface OwnedTensors {
  image: Tensor;
  targetRepresentation: Tensor;
  metamer: Tensor;
  /** Coarse to fine: the image's representation at the scales whose turn it is, once it is needed. */
  scaleTarget?: Tensor;
}

/** What a {@link Metamer} holds, and how it is read: everything but what changes it. */
export abstract class MetamerState {
  readonly model: ModelLike;
  readonly lossFunction: LossFunction;
  readonly penaltyFunction: PenaltyFunction;
  /** As files and descriptions have it. */
  protected readonly className: string = "Metamer";
  protected lambda: number;
  protected owned: OwnedTensors;
  protected isSetUp = false;
  protected isRunning = false;
  protected optimizerInUse: Optimizer | undefined;
  protected schedulerInUse: Scheduler | undefined;
  protected records = {
    losses: [] as number[],
    penalties: [] as number[],
    gradientNorm: [] as number[],
    pixelChangeNorm: [] as number[],
  };
  /** Objective and penalty of the current image, when they have been computed. */
  protected current: { loss: number; penalty: number } | undefined;
  /** Values of the current image, when they have been read from a device whose values can only be awaited. */
  protected currentImage: FloatArray | undefined;
  /** What is still being checked on such a device. */
  protected checks: Promise<unknown> = Promise.resolve();
  protected frames: FloatArray[] = [];
  /** What was loaded, until {@link setup} has made the optimizer and the scheduler. */
  protected loaded: Snapshot | undefined;
  protected storeEvery: number | undefined;
  /** The optimizer's learning rate before any scheduler. */
  protected initialLr: number | undefined;

  /** @param image - copied; the target representation is taken over */
  protected constructor(objective: Objective, image: Tensor) {
    const { model, lossFunction, penaltyFunction, penaltyLambda, targetRepresentation } = objective;
    this.model = model;
    this.lossFunction = lossFunction;
    this.penaltyFunction = penaltyFunction;
    this.lambda = penaltyLambda;
    const empty = withDevice(deviceOf(image), () => keep(tensor([], [0])));
    this.owned = { image: keep(clone(image)), targetRepresentation, metamer: empty };
  }

  /** Weight λ of the penalty. */
  get penaltyLambda(): number {
    return this.lambda;
  }

  /** The image whose metamer is sought. */
  get image(): Tensor {
    return this.owned.image;
  }

  /** The model's representation of {@link image}, computed once. */
  get targetRepresentation(): Tensor {
    return this.owned.targetRepresentation;
  }

  /** The synthesized image; empty before {@link setup}. It is replaced at each iteration, so read or clone it. */
  get metamer(): Tensor {
    return this.owned.metamer;
  }

  get optimizer(): Optimizer | undefined {
    return this.optimizerInUse;
  }

  get scheduler(): Scheduler | undefined {
    return this.schedulerInUse;
  }

  /** Every how many iterations the image is stored; 0 for never, undefined before the first {@link synthesize}. */
  get storeProgress(): number | undefined {
    return this.storeEvery;
  }

  /** Device and precision of all tensors of this object. */
  get device(): Device {
    return deviceOf(this.owned.image);
  }

  /** Objective of each iteration (at its start, λ · penalty included), then that of the current image. */
  get losses(): number[] {
    return this.isSetUp ? [...this.records.losses, this.currentValues().loss] : [];
  }

  /** Penalty of each iteration, without λ, then that of the current image. */
  get penalties(): number[] {
    return this.isSetUp ? [...this.records.penalties, this.currentValues().penalty] : [];
  }

  /** L2 norm of the gradient at each iteration. */
  get gradientNorm(): number[] {
    return [...this.records.gradientNorm];
  }

  /** L2 norm of the change of the image in each iteration. */
  get pixelChangeNorm(): number[] {
    return [...this.records.pixelChangeNorm];
  }

  /** The stored images, row-major in host memory, then the current one; empty before {@link setup}. */
  get savedMetamer(): FloatArray[] {
    return this.isSetUp ? [...this.frames, this.valuesOfCurrent()] : [];
  }

  private valuesOfCurrent(): FloatArray {
    if (this.currentImage) return this.currentImage;
    if (!canReadAtOnce(this.device)) this.mustRefresh("The current image");
    return readSync(this.metamer);
  }

  private mustRefresh(what: string): never {
    throw new StateError(
      `${what} has not been read from "${this.device.device}", whose values can only be awaited. await refresh() first.`,
    );
  }

  protected get objective(): Objective {
    const { model, lossFunction, penaltyFunction, penaltyLambda, targetRepresentation } = this;
    return { model, lossFunction, penaltyFunction, penaltyLambda, targetRepresentation };
  }

  /** Makes an image the current one; the old one is freed. */
  protected replaceMetamer(metamer: Tensor, known: { loss: number; penalty: number } | undefined): void {
    this.owned.metamer.dispose();
    this.owned.metamer = metamer;
    this.current = known;
    this.currentImage = undefined;
  }

  /** The current image's objective and penalty. */
  private *evaluateCurrent(): Coroutine<{ loss: number; penalty: number }> {
    const image = this.metamer;
    const values = evaluate(this.objective, image);
    const [loss, penalty] = yield* numbersOf(values.loss, values.penalty);
    const current = { loss, penalty };
    if (this.metamer === image) this.current = current;
    return current;
  }

  protected async awaitCurrent(): Promise<{ loss: number; penalty: number }> {
    return this.current ?? runCoroutine(this.device, () => this.evaluateCurrent());
  }

  /** NaN where the model fails: what was recorded before stays within reach. */
  protected currentValues(): { loss: number; penalty: number } {
    if (this.current) return this.current;
    if (!canReadAtOnce(this.device)) this.mustRefresh("The loss of the current image");
    try {
      runCoroutine(this.device, () => this.evaluateCurrent());
    } catch (error) {
      this.currentIsUnknown(error);
    }
    return this.current as unknown as { loss: number; penalty: number };
  }

  private currentIsUnknown(error: unknown): void {
    warn("synthesis", `The loss of the current image is NaN, for it cannot be computed: ${error}`);
    this.current = { loss: Number.NaN, penalty: Number.NaN };
  }

  /**
   * Reads what {@link losses}, {@link penalties} and {@link savedMetamer} need of the current image. They do so themselves
   * where values can be read at once. Elsewhere {@link synthesize} does it at its end, so that this is needed after
   * {@link setup} or while synthesis is running.
   */
  async refresh(): Promise<void> {
    if (!this.isSetUp) return;
    const image = this.metamer;
    const values = canReadAtOnce(this.device) || this.currentImage ? undefined : read(image);
    // It is awaited below; until then nobody has to handle its failing.
    values?.catch(() => undefined);
    try {
      await this.awaitCurrent();
    } catch (error) {
      if (error instanceof DeviceLostError) throw error;
      this.currentIsUnknown(error);
    }
    if (values) {
      const found = await values;
      if (this.metamer === image) this.currentImage = found;
    }
  }

  /**
   * What is minimized, loss + λ · penalty, as a tensor that the caller disposes. It adds nothing to the records.
   *
   * @param metamer - default: the current image; with none yet, the result is empty
   * @param targetRepresentation - default: that of the image
   */
  objectiveFunction(
    metamer: Tensor = this.metamer,
    targetRepresentation: Tensor = this.targetRepresentation,
  ): Tensor {
    return withDevice(deviceOf(metamer), () => {
      if (metamer.size === 0) return tensor([], [0]);
      return tidy(() => evaluate({ ...this.objective, targetRepresentation }, metamer).loss);
    });
  }

  /**
   * What was recorded at an iteration.
   *
   * @param iteration - null for the current state; else an index, negative from the end, -1 being the current state
   * @param options - by name
   * @param options.iterationSelection - which stored image goes with an iteration between two. Default "round"
   *   (a half to the even one)
   * @throws {@link OutOfRangeError} when there is no such iteration
   */
  getProgress(
    iteration: number | null,
    { iterationSelection = "round" }: { iterationSelection?: IterationSelection } = {},
  ): Progress {
    return progressAt(this, iteration, iterationSelection);
  }

  /** Class, shapes, precision, model, loss, penalty and λ; the same before and after synthesis. */
  toString(): string {
    return describe(this.className, this);
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}
