import { type Device, deviceOf, withDevice } from "./backend.js";
import { DeviceLostError } from "./errors.js";
import { dispose, keep, tensorsIn, tidy } from "./memory.js";
import type { Tensor } from "./tensor-type.js";

const keyOf = ({ device, dtype }: Device) => `${device} ${dtype}`;

/**
 * Constant tensors of a model, such as masks and filters, on each device that it is used on: plain numbers made at the first use, tensors of
 * them at the first use on each device, and kept.
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { mul, ones, PerDevice, readSync, tensor } from "@plenoptic/tensor";
 * const weights = new PerDevice(
 *   () => [1, 10],
 *   (numbers) => tensor(numbers),
 * );
 * const y = weights.with(ones([2]), (w) => mul(w, 3));
 * console.log(readSync(y)); // 3 30
 * ```
 */
export class PerDevice<Numbers, Tensors> {
  private numbers: Numbers | undefined;
  private readonly made = new Map<string, Tensors>();

  /**
   * @param make - makes the numbers, once
   * @param upload - makes tensors of them, on the active device
   */
  constructor(
    private readonly make: () => Numbers,
    private readonly upload: (numbers: Numbers) => Tensors,
  ) {}

  /** Runs `fn` with the tensors on the device of `like`, and frees what it leaves but for its result. */
  with<R>(like: Tensor, fn: (tensors: Tensors) => R): R {
    const device = deviceOf(like);
    const key = keyOf(device);
    const work = () => tidy(() => fn(this.on(device, key)));
    const hadThem = this.made.has(key);
    try {
      return work();
    } catch (error) {
      // A device that was lost and started again lacks what was put there before: once more, with new tensors.
      if (!(error instanceof DeviceLostError) || !hadThem) throw error;
      dispose(this.made.get(key));
      this.made.delete(key);
      return work();
    }
  }

  /** Frees the tensors on all devices. The next use makes them anew. */
  dispose(): void {
    for (const tensors of this.made.values()) dispose(tensors);
    this.made.clear();
  }

  private on(device: Device, key: string): Tensors {
    const found = this.made.get(key);
    if (found) return found;
    this.numbers ??= this.make();
    const { numbers } = this;
    const tensors = withDevice(device, () => {
      const fresh = this.upload(numbers);
      for (const x of tensorsIn(fresh)) keep(x);
      return fresh;
    });
    this.made.set(key, tensors);
    return tensors;
  }
}
