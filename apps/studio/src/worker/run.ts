import { errorCode, scaleOptions } from "@plenoptic/cli/settings";
import { encodePNG } from "@plenoptic/data";
import { type Metamer, MetamerCTF, type ProgressReport, plainArrays } from "@plenoptic/synthesis";
import { OutOfRangeError, read } from "@plenoptic/tensor";
import type {
  ErrorView,
  News,
  Outcome,
  PlotArrays,
  Progress,
  Raster,
  Records,
  RunEnd,
  RunStart,
  StoredFrame,
} from "../protocol.js";
import { toCommandSettings } from "../settings/command.js";
import type { Settings } from "../settings/settings.js";
import { ErrorWatch } from "./error-view.js";
import { hashValues } from "./hash.js";
import type { MadeMetamer } from "./make-metamer.js";
import { toRaster } from "./raster.js";
import { Rate } from "./rate.js";

/** Between two pictures that the page is told of. */
const newsMs = 80;

const nothing = (from: number): Records => ({
  from,
  losses: [],
  penalties: [],
  gradientNorm: [],
  pixelChangeNorm: [],
});

function add(records: Records, report: ProgressReport): void {
  records.losses.push(report.loss);
  records.penalties.push(report.penalty);
  records.gradientNorm.push(report.gradientNorm);
  records.pixelChangeNorm.push(report.pixelChangeNorm);
}

/** The numbers of all iterations, without those of the current image, from which no step has been made. */
function recordsOf({ losses, penalties, gradientNorm, pixelChangeNorm }: Metamer): Records {
  const count = gradientNorm.length;
  return {
    from: 0,
    losses: losses.slice(0, count),
    penalties: penalties.slice(0, count),
    gradientNorm,
    pixelChangeNorm,
  };
}

/** Iterations without a break. */
interface Stretch {
  readonly until: number;
  readonly stopCriterion: number;
  readonly signal: AbortSignal;
  /** When synthesis was started or continued. */
  readonly start: number;
}

/** A metamer in the making. */
export class Run {
  private stop: AbortController | undefined;
  /** What the page has not been told yet. */
  private pending: Records;
  private toldAt = 0;
  private done: number;
  private readonly rate = new Rate();
  /** The iterations that are being made, or have been. */
  private advancing: Promise<void> | undefined;
  private moving: Promise<void> | undefined;

  private readonly metamer: Metamer;
  private readonly errors: ErrorWatch;
  private readonly used: Settings;

  constructor(
    private readonly made: MadeMetamer,
    private readonly tell: (news: News) => void,
  ) {
    const { metamer, loss, used } = made;
    this.metamer = metamer;
    this.errors = new ErrorWatch(metamer, loss);
    this.used = used;
    this.done = metamer.gradientNorm.length;
    this.pending = nothing(this.done);
  }

  async describeStart(): Promise<RunStart> {
    const { metamer } = this;
    await metamer.refresh();
    return {
      target: toRaster(await read(metamer.image), metamer.image.shape),
      metamer: await this.picture(),
      device: this.made.device.chosen,
      dtype: metamer.device.dtype,
      reason: this.made.device.reason,
      used: this.used,
      records: recordsOf(metamer),
      storedEvery: this.storedEvery,
      storedFrames: this.storedFrames,
    };
  }

  private async picture(): Promise<Raster> {
    return toRaster(await read(this.metamer.metamer), this.metamer.image.shape);
  }

  private get storedEvery(): number {
    return this.metamer.storeProgress ?? this.used.storeProgress;
  }

  /** Images that can be looked at, the current one included. */
  private get storedFrames(): number {
    return 1 + (this.storedEvery > 0 ? Math.ceil(this.done / this.storedEvery) : 0);
  }

  private async progress(elapsedMs: number, whole: boolean): Promise<Progress> {
    const records = this.pending;
    this.pending = nothing(this.done);
    this.toldAt = performance.now();
    return {
      iteration: this.done,
      records,
      metamer: await this.picture(),
      error: await this.look(whole),
      storedFrames: this.storedFrames,
      elapsedMs,
      perSecond: this.rate.perSecond,
      ...(this.metamer instanceof MetamerCTF && { scale: String(this.metamer.scales[0]) }),
    };
  }

  /** A model that fails does so in the synthesis, too, which says it; until then there is only nothing to look at. */
  private async look(surely: boolean): Promise<ErrorView | undefined> {
    try {
      return await (surely ? this.errors.now() : this.errors.recent());
    } catch (error) {
      if (errorCode(error) === "device-lost") throw error;
      return undefined;
    }
  }

  pause(): void {
    this.stop?.abort();
  }

  /** Makes iterations until there are so many; goes on with `cpu` where the GPU is lost. */
  async synthesize(until: number, stopCriterion: number): Promise<RunEnd> {
    this.stop = new AbortController();
    const stretch: Stretch = { until, stopCriterion, signal: this.stop.signal, start: performance.now() };
    this.rate.begin(this.done);
    // Where it has ended, if the end is looked at on another device once more.
    let endedAt = -1;
    try {
      return await this.onAnyDevice(async () => {
        if (this.done < until && this.done !== endedAt && !stretch.signal.aborted)
          await this.advance(stretch);
        endedAt = this.done;
        return this.end(stretch);
      });
    } catch (error) {
      // What was done before it failed shall be seen, where that is possible.
      await this.report(stretch.start).catch(() => undefined);
      throw error;
    } finally {
      this.stop = undefined;
    }
  }

  private async end({ until, signal, start }: Stretch): Promise<RunEnd> {
    const outcome: Outcome = this.done >= until ? "finished" : signal.aborted ? "paused" : "converged";
    const progress = await this.progress(performance.now() - start, true);
    return { ...progress, outcome, sha256: await hashValues(await read(this.metamer.metamer)) };
  }

  private async advance({ until, stopCriterion, signal, start }: Stretch): Promise<void> {
    const { metamer } = this;
    const { stopItersToCheck } = this.used;
    const before = this.done;
    this.advancing = (metamer as MetamerCTF).synthesize({
      maxIter: until - before,
      stopCriterion,
      stopItersToCheck,
      ...scaleOptions(toCommandSettings(this.used)),
      storeProgress: this.storedEvery,
      signal,
      onProgress: (report) => {
        const { iteration } = report;
        this.done = iteration;
        add(this.pending, report);
        this.rate.count(iteration);
        if (performance.now() - this.toldAt >= newsMs || before === iteration - 1) return this.report(start);
        return undefined;
      },
    });
    await this.advancing;
  }

  /** Does something that may need the GPU, and once more with `cpu` where that is lost meanwhile. */
  private async onAnyDevice<T>(work: () => T | Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (errorCode(error) !== "device-lost") throw error;
      this.moving ??= this.goToCpu().finally(() => {
        this.moving = undefined;
      });
      await this.moving;
      return work();
    }
  }

  private async goToCpu(): Promise<void> {
    const { metamer } = this;
    // Whoever noticed may not have been the synthesis, which is going to.
    await this.advancing?.catch(() => undefined);
    if (metamer.device.device === "cpu") return;
    await metamer.to({ device: "cpu" });
    // Some iterations may have been lost with it.
    this.done = metamer.gradientNorm.length;
    this.pending = recordsOf(metamer);
    const reason = `The GPU was lost, so the processor goes on, from iteration ${this.done}.`;
    this.tell({ kind: "moved", device: "cpu", reason });
    await this.report(performance.now());
  }

  private async report(start: number): Promise<void> {
    this.tell({ kind: "progress", progress: await this.progress(performance.now() - start, false) });
  }

  /** A stored image, and what the model sees of its difference from the target. */
  async frame(index: number): Promise<StoredFrame> {
    const frames = this.metamer.savedMetamer;
    if (!(index >= 0 && index < frames.length))
      throw new OutOfRangeError(`There are ${frames.length} stored images; ${index} is none of them.`);
    const raster = toRaster(frames[index], this.metamer.image.shape);
    return { raster, error: await this.errors.ofStored(frames[index]) };
  }

  save(): Promise<Blob> {
    return this.onAnyDevice(() => this.metamer.saveToBlob());
  }

  /** Everything that can be drawn, as plain numbers. */
  async arrays(): Promise<PlotArrays> {
    const {
      model: _model,
      representationError: _error,
      ...arrays
    } = await this.onAnyDevice(() => plainArrays(this.metamer, { errorsAt: [] }));
    return arrays;
  }

  async png(which: "metamer" | "target"): Promise<Blob> {
    const { metamer } = this;
    const bytes = await this.onAnyDevice(() =>
      encodePNG(which === "metamer" ? metamer.metamer : metamer.image),
    );
    return new Blob([bytes as Uint8Array<ArrayBuffer>], { type: "image/png" });
  }

  async dispose(): Promise<void> {
    this.metamer.dispose();
    this.made.initialImage?.dispose();
  }
}
