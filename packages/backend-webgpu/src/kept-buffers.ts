/** Of tfjs's `BufferManager`, which keeps the buffers of freed tensors for tensors of the same size. */
interface KeptBuffers {
  freeBuffers: Map<string, GPUBuffer[]>;
  numFreeBuffers: number;
  numBytesAllocated: number;
  numBytesUsed: number;
}

/** Kept buffers are freed when they are more than those in use, and more than this. */
const mostKeptBytes = 2 ** 28;

/**
 * Frees what tfjs keeps once it is much: a program that works on pictures of many sizes would in the end fill the GPU with
 * buffers of the sizes it had. To be called when no command waits to be handed in.
 */
export function freeKeptBuffers(manager: object): void {
  const kept = manager as KeptBuffers;
  const bytes = kept.numBytesAllocated - kept.numBytesUsed;
  if (bytes <= mostKeptBytes || bytes <= kept.numBytesUsed) return;
  for (const list of kept.freeBuffers.values()) {
    for (const buffer of list) {
      kept.numBytesAllocated -= buffer.size;
      buffer.destroy();
    }
    list.length = 0;
  }
  kept.numFreeBuffers = 0;
}
