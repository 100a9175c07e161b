import { type FileSource, readBytes, readTorch, readTorchFile, writeFileAtomically } from "@plenoptic/io";
import { mse, penalizeRange } from "@plenoptic/losses";
import { Adam } from "@plenoptic/optim";
import {
  canReadAtOnce,
  clone,
  type Device,
  DeviceLostError,
  deviceOf,
  dispose,
  invalidArgument,
  keep,
  runCoroutine,
  StateError,
  type Tensor,
  tidy,
  toDevice,
  warn,
  withDevice,
} from "@plenoptic/tensor";
import { setUpAfterLoad, warnOfSetup } from "./after-load.js";
import { validateInput } from "./checks/input.js";
import { validateModel } from "./checks/model.js";
import { validateLoss, validatePenalty } from "./checks/scalar-function.js";
import { makeInitialImage } from "./initial-image.js";
import { MetamerLoop } from "./metamer-loop.js";
import { hostCopy } from "./metamer-snapshot.js";
import type { OwnedTensors } from "./metamer-state.js";
import type { LoadOptions, MetamerOptions, SetupOptions } from "./metamer-types.js";
import { type CheckedOptions, checkSynthesizeOptions, type SynthesizeOptions } from "./options.js";
import { fromValue, type LoadTarget } from "./saving/load.js";
import { exampleOutputs, toPieces } from "./saving/save.js";
import type { Snapshot } from "./saving/snapshot.js";
import { callModel, type ModelLike, type OptimizerClass } from "./types.js";

/**
 * Synthesizes a *metamer* of an image under a model: another image with the same representation, found by descending
 * the gradient of loss(model(x), model(image)) + λ · penalty(x) from noise.
 *
 * See Freeman & Simoncelli, "Metamers of the ventral stream", Nature Neuroscience 14 (2011), and
 * Portilla & Simoncelli, Int. J. Computer Vision 40 (2000).
 *
 * @throws {@link ValidationError}, {@link ShapeError}, {@link DTypeError}, {@link NumericalError} for an image that
 *   cannot be used or λ < 0; {@link ModelError} for a model, loss or penalty that does not behave as one
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { Metamer } from "@plenoptic/synthesis";
 * import { mean, rand, setSeed } from "@plenoptic/tensor";
 *
 * setSeed(0);
 * const image = rand([1, 1, 16, 16]);
 * const rowMeans = (x) => mean(x, 3); // a model: all it sees are the means of rows
 * const metamer = new Metamer(image, rowMeans);
 * await metamer.synthesize({ maxIter: 20 });
 * console.log(metamer.losses.at(-1) < metamer.losses[0]); // true
 * ```
 */
export class Metamer extends MetamerLoop {
  constructor(
    image: Tensor,
    model: ModelLike,
    { lossFunction = mse, penaltyFunction = penalizeRange, penaltyLambda = 0.1 }: MetamerOptions = {},
  ) {
    if (!(penaltyLambda >= 0))
      throw invalidArgument(
        "penaltyLambda",
        penaltyLambda,
        "a number that is not negative",
        "penalty_lambda must be non-negative.",
      );
    const checks = Promise.all([validateInput(image), validateModel(model, image)]);
    validatePenalty(penaltyFunction, image);
    const targetRepresentation = withDevice(deviceOf(image), () =>
      tidy(() => keep(clone(callModel(model, image)))),
    );
    try {
      validateLoss(lossFunction, targetRepresentation);
    } catch (error) {
      targetRepresentation.dispose();
      throw error;
    }
    super({ model, lossFunction, penaltyFunction, penaltyLambda, targetRepresentation }, image);
    this.awaitBeforeSynthesis(checks);
  }

  /** What can only be awaited of checks fails {@link synthesize}; until then nobody has to handle it. */
  private awaitBeforeSynthesis(check: Promise<unknown>): void {
    this.checks = Promise.all([this.checks, check]);
    this.checks.catch(() => undefined);
  }

  /**
   * Chooses the start, the optimizer and the scheduler. May be called once, before {@link synthesize}, which otherwise
   * calls it with the defaults: uniform noise in [0, 1], Adam with lr 0.01 and amsgrad, no scheduler.
   *
   * @throws {@link StateError} at a second call; {@link ValidationError} or {@link ShapeError} for what does not fit
   */
  setup({ initialImage, optimizer, optimizerOptions, scheduler, schedulerOptions }: SetupOptions = {}): void {
    if (this.loaded) {
      this.setUpAfterLoad({ initialImage, optimizer, optimizerOptions, scheduler, schedulerOptions });
      return;
    }
    if (this.isSetUp)
      throw new StateError("setup() can only be called once and must be called before synthesize().");
    const options = { lr: 0.01, ...(optimizer ? {} : { amsgrad: true }), ...optimizerOptions };
    const madeOptimizer = new (optimizer ?? (Adam as OptimizerClass))(options as never);
    // Making a scheduler may change it.
    const { lr } = madeOptimizer;
    const madeScheduler = scheduler && new scheduler(madeOptimizer, (schedulerOptions ?? {}) as never);
    const { start, check } = withDevice(this.device, () => makeInitialImage(this.image, initialImage));
    if (check) this.awaitBeforeSynthesis(check);
    this.replaceMetamer(start, undefined);
    this.optimizerInUse = madeOptimizer;
    this.schedulerInUse = madeScheduler;
    this.initialLr = lr;
    this.isSetUp = true;
  }

  private setUpAfterLoad(options: SetupOptions): void {
    const { optimizer, scheduler } = setUpAfterLoad(this.loaded as Snapshot, options);
    this.optimizerInUse = optimizer;
    this.schedulerInUse = scheduler;
    this.initialLr ??= optimizer.lr;
    this.loaded = undefined;
  }

  /**
   * Runs the optimizer. Called again it goes on where it stopped, to the bit.
   *
   * Stops when the loss has changed by less than `stopCriterion` over `stopItersToCheck` iterations (with a warning), or
   * when `signal` is aborted; either way what has been done stays.
   *
   * @throws {@link ValidationError} for bad options, before anything is changed; {@link StateError} for another
   *   `storeProgress` than before, or while another call is running; {@link NumericalError} when the loss is NaN
   */
  async synthesize(options: SynthesizeOptions = {}): Promise<void> {
    const checked = this.checkOptions(options);
    if (this.isRunning) throw new StateError("synthesize() is running already; wait for it to finish.");
    if (this.storeEvery !== undefined && this.storeEvery !== checked.storeProgress) {
      throw new StateError(
        "If you've already run synthesize() before, you must re-run it with same store_progress arg: " +
          `storeProgress was ${this.storeEvery}, now it is ${checked.storeProgress} (true is 1).`,
      );
    }
    if (this.lost) throw this.lostError();
    if (!this.isSetUp || this.loaded) this.setup();
    this.storeEvery = checked.storeProgress;
    this.isRunning = true;
    try {
      await this.loop(checked);
    } finally {
      this.isRunning = false;
    }
  }

  protected checkOptions(options: SynthesizeOptions): CheckedOptions {
    return checkSynthesizeOptions(options);
  }

  private async pieces(): Promise<Iterable<Uint8Array>> {
    if (this.lost) throw this.lostError();
    const { image, targetRepresentation: target, device } = this;
    // Both at once, and with one who waits for both: if the device is lost, both fail.
    const [snapshot, outputs] = await Promise.all([
      this.snapshot(),
      (async () => runCoroutine(device, () => exampleOutputs(this, { image, target })))(),
    ]);
    return toPieces(this.className, snapshot, this, outputs);
  }

  /**
   * Writes everything to a `.pt` file that the reference can load, and {@link load}. The file is replaced as a whole: a
   * process that is killed meanwhile leaves the old one. Models and functions are not saved, only their names and what
   * they give for this image.
   *
   * @throws {@link FormatError} when it cannot be written
   *
   * @example
   * ```ts
   * import "@plenoptic/backend-cpu";
   * import { Metamer } from "@plenoptic/synthesis";
   * import { mean, rand } from "@plenoptic/tensor";
   * const image = rand([1, 1, 16, 16]);
   * const rowMeans = (x) => mean(x, 3);
   * const metamer = new Metamer(image, rowMeans);
   * await metamer.synthesize({ maxIter: 5 });
   * const file = await metamer.saveToBlob(); // or: await metamer.save("metamer.pt")
   * const again = new Metamer(image, rowMeans);
   * await again.load(file);
   * await again.synthesize({ maxIter: 5 }); // the same bits as 10 iterations at once
   * console.log(again.losses.length); // 11
   * ```
   */
  async save(path: string): Promise<void> {
    await writeFileAtomically(path, await this.pieces());
  }

  /** {@link save}, where there are no files: the bytes of the file, to be downloaded or stored. */
  async saveToBlob(): Promise<Blob> {
    return new Blob([...(await this.pieces())] as BlobPart[]);
  }

  /**
   * Takes over what a file holds, by {@link save} or by the reference's. The object must be new, and made as the one
   * that was saved: image, λ, model, loss and penalty are compared. Then {@link synthesize} goes on, after
   * {@link setup} with the class of the optimizer unless that is Adam without a scheduler.
   *
   * @param source - path or URL of a file, a Blob, or bytes
   * @throws {@link StateError} for an object that is not new; {@link FormatError} for a file that is broken or none;
   *   {@link ValidationError} for a file of another object. The object stays as it was.
   */
  async load(source: FileSource, { mapLocation, ...options }: LoadOptions = {}): Promise<void> {
    this.checkFresh();
    const isFile = typeof source === "string" || source instanceof URL;
    const value = isFile ? await readTorchFile(source) : readTorch(await readBytes(source));
    const own = { ...this.loadTarget(), image: await hostCopy(this.image) };
    const snapshot = await runCoroutine(this.device, () => fromValue(value, own, options));
    // Somebody may have begun while the file was being read.
    this.checkFresh();
    withDevice(this.device, () => this.restore(snapshot));
    if (this.loaded) warnOfSetup(snapshot.optimizer?.name, snapshot.scheduler?.name);
    if (mapLocation) await this.to(mapLocation);
  }

  /** What files are compared with, beside the image. */
  protected loadTarget(): Omit<LoadTarget, "image"> {
    const { className, model, lossFunction, penaltyFunction, penaltyLambda } = this;
    return { className, model, lossFunction, penaltyFunction, penaltyLambda };
  }

  private checkFresh(): void {
    if (this.isSetUp || this.isRunning)
      throw new StateError(`load can only be called with a just-initialized ${this.className} object.`);
  }

  /** {@link load} from what {@link saveToBlob} gave. */
  async loadFromBlob(blob: Blob, options: LoadOptions = {}): Promise<void> {
    await this.load(blob, options);
  }

  /**
   * Moves everything to another device or precision, the optimizer's state included; synthesis can go on there. Stored
   * images stay as they are. The target representation is moved, not computed anew.
   *
   * @throws {@link DeviceError} when the target does not exist or lacks the precision; nothing has moved then
   */
  async to(target: Partial<Device>): Promise<void> {
    if (this.isRunning) throw new StateError("to() cannot move an object while synthesize() is running.");
    const device = { ...this.device, ...target };
    withDevice(device, () => undefined);
    if (this.lost) return this.recover(this.lost, device);
    let moved: OwnedTensors;
    try {
      moved = await this.movedTo(device);
    } catch (error) {
      // Nobody has used the device since it was lost.
      if (error instanceof DeviceLostError) this.afterLoss(error);
      if (!this.lost) throw error;
      return this.recover(this.lost, device);
    }
    await this.moveModel(device);
    dispose(this.owned);
    for (const x of Object.values<Tensor>({ ...moved })) keep(x);
    this.owned = moved;
    this.current = undefined;
    this.currentImage = undefined;
    this.forgetRescue();
  }

  /** Copies of all tensors on another device, where the optimizer's state has moved. */
  private async movedTo(device: Device): Promise<OwnedTensors> {
    const moving = Object.entries(this.owned).map(async ([name, x]) => [name, await toDevice(x, device)]);
    const moved = Object.fromEntries(await Promise.all(moving));
    await this.optimizerInUse?.to(device);
    return moved;
  }

  /** Puts what was copied to host memory before the device was lost onto another one. */
  private async recover(snapshot: Snapshot, device: Device): Promise<void> {
    withDevice(device, () => this.restore(snapshot));
    this.loaded = undefined;
    if (snapshot.optimizer) this.optimizerInUse?.loadStateDict(snapshot.optimizer.state);
    if (snapshot.scheduler) this.schedulerInUse?.loadStateDict(snapshot.scheduler.state);
    this.current = undefined;
    this.forgetRescue();
    await this.moveModel(device);
  }

  private lostError(): DeviceLostError {
    return new DeviceLostError(
      'The device of this object was lost. Move what is kept first: await to({ device: "cpu" }).',
    );
  }

  private async moveModel(device: Device): Promise<void> {
    const { model } = this;
    if ("to" in model && typeof model.to === "function") await model.to(device);
    else warn("model", "Unable to call model.to(), so we leave it as is.");
  }

  /** Frees all tensors. The records stay readable; synthesis cannot go on. */
  dispose(): void {
    if (this.isRunning)
      throw new StateError("dispose() cannot free an object while synthesize() is running.");
    if (this.isSetUp && canReadAtOnce(this.device)) this.currentValues();
    this.current ??= { loss: Number.NaN, penalty: Number.NaN };
    dispose(this.owned);
    this.optimizerInUse?.dispose();
    this.optimizerInUse = undefined;
  }
}
