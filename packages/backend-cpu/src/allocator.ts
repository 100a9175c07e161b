import { DeviceError } from "@plenoptic/tensor";

const pageBytes = 65536;
const maxBytes = 4 * 2 ** 30 - pageBytes;
/** Kernels work on whole vectors and may touch one beyond the end of a block. */
const slackBytes = 16;
const smallest = 64;

/**
 * Sizes are rounded up to four classes per power of two, which wastes at most a fifth and lets every freed block
 * serve the next request of about its size.
 */
export function sizeClass(bytes: number): number {
  const needed = Math.max(smallest, bytes + slackBytes);
  const power = 2 ** Math.floor(Math.log2(needed));
  const quarter = Math.max(16, power / 4);
  return Math.ceil(needed / quarter) * quarter;
}

/**
 * Hands out blocks of a WebAssembly memory, 16-byte aligned. Freed blocks are kept in a list per size class;
 * memory grows only when the list of a class is empty.
 */
export class Allocator {
  private readonly free = new Map<number, number[]>();
  private readonly classOf = new Map<number, number>();
  private top: number;
  /** Bytes in blocks that are in use. */
  liveBytes = 0;

  constructor(
    private readonly memory: WebAssembly.Memory,
    start: number,
  ) {
    this.top = Math.ceil(start / 16) * 16;
  }

  /** Bytes of memory taken so far, in use or free. */
  get heapBytes(): number {
    return this.top;
  }

  /**
   * @returns the address of a block of at least so many bytes
   * @throws DeviceError when 4 GiB, the most that WebAssembly can address, would be exceeded
   */
  allocate(bytes: number): number {
    const size = sizeClass(bytes);
    const address = this.free.get(size)?.pop();
    return address === undefined ? this.extend(size) : this.take(address, size);
  }

  private take(address: number, size: number): number {
    this.classOf.set(address, size);
    this.liveBytes += size;
    return address;
  }

  release(address: number): void {
    const size = this.classOf.get(address);
    if (size === undefined) return;
    this.classOf.delete(address);
    this.liveBytes -= size;
    const list = this.free.get(size);
    if (list) list.push(address);
    else this.free.set(size, [address]);
  }

  private extend(size: number): number {
    const address = this.top;
    const end = address + size;
    const missing = end - this.memory.buffer.byteLength;
    try {
      if (missing > 0) this.grow(missing, size, end);
    } catch (error) {
      // What larger tensors left is wasteful, and better than nothing.
      const larger = Math.min(
        ...[...this.free].filter(([s, list]) => s > size && list.length > 0).map(([s]) => s),
      );
      const block = this.free.get(larger)?.pop();
      if (block === undefined) throw error;
      return this.take(block, larger);
    }
    this.top = end;
    return this.take(address, size);
  }

  private grow(missing: number, size: number, end: number): void {
    const mib = (bytes: number) => `${Math.ceil(bytes / 2 ** 20)} MiB`;
    const help = "Dispose tensors that are no longer needed, use a smaller picture, or fewer stored frames.";
    if (end > maxBytes) {
      throw new DeviceError(
        `Out of memory: a tensor of ${mib(size)} does not fit beside the ${mib(this.liveBytes)} in use; WebAssembly can address 4096 MiB. ${help}`,
      );
    }
    // Growing by a quarter at least keeps the number of growths, which detach all views, small.
    const wanted = Math.max(
      missing,
      Math.min(this.memory.buffer.byteLength / 4, maxBytes - this.memory.buffer.byteLength),
    );
    if (this.growBy(wanted) || this.growBy(missing)) return;
    throw new DeviceError(`Out of memory: the machine gave no further ${mib(missing)}. ${help}`);
  }

  /** @returns whether the machine gave so much */
  private growBy(bytes: number): boolean {
    try {
      this.memory.grow(Math.ceil(bytes / pageBytes));
      return true;
    } catch {
      return false;
    }
  }
}
