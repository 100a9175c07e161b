import type { Browser, Page } from "playwright-core";

/** Bytes in a heap, in typed arrays, and in what belongs to the browser's own objects. */
export interface Heap {
  readonly heap: number;
  readonly arrays: number;
  readonly embedder: number;
}

export interface StudioMemory {
  readonly page: Heap;
  readonly worker: Heap;
  /** Bytes of the WebAssembly modules' memories. */
  readonly wasm: number;
  /** Bytes of files that are alive. */
  readonly blobs: number;
  readonly blobCount: number;
  /** Resident bytes of the largest process of a kind. */
  readonly renderer: number;
  readonly browser: number;
}

export function watchWorker(page: Page): void;
export function memoryOf(browser: Browser, page: Page): Promise<() => Promise<StudioMemory>>;
