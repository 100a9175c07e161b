import type { kernelNames } from "@plenoptic/tensor";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { CpuBackend } from "../backend.js";

type Place = kernelNames.ResamplePlace;

/** The place of coordinate `u` in an axis of `extent`, between its neighbours; beyond the ends, the end. */
export function between(u: number, extent: number): Place {
  const inside = Math.min(extent - 1, Math.max(0, u));
  const first = Math.floor(inside);
  return { first, second: Math.min(extent - 1, first + 1), weight: inside - first };
}

/** The place of a single input. */
export function exactly(index: number, extent: number): Place {
  const first = Math.min(extent - 1, Math.max(0, index));
  return { first, second: first, weight: 0 };
}

/** Shape of images with their channels last. */
export interface Pixels {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** Puts the places into memory, in the form of assembly/image/resize.ts. */
function writePlaces(backend: CpuBackend, places: readonly Place[]): number {
  const address = backend.allocator.allocate(16 * places.length);
  const view = new DataView(backend.wasm.memory.buffer, address, 16 * places.length);
  places.forEach(({ first, second, weight }, i) => {
    view.setInt32(16 * i, first, true);
    view.setInt32(16 * i + 4, second, true);
    view.setFloat64(16 * i + 8, weight, true);
  });
  return address;
}

/** Runs with both tables and a buffer of so many floats in memory. */
function withTables(
  backend: CpuBackend,
  values: number,
  rows: readonly Place[],
  columns: readonly Place[],
  run: (rows: number, columns: number, buffer: number) => void,
): void {
  const blocks = [rows, columns].map((places) => writePlaces(backend, places));
  blocks.push(backend.allocator.allocate(values * backend.floatBytes));
  run(blocks[0], blocks[1], blocks[2]);
  for (const block of blocks) backend.allocator.release(block);
}

/** Images resampled to y, which is overwritten. */
export function resample(
  x: TensorInfo,
  y: TensorInfo,
  size: Pixels,
  rows: readonly Place[],
  columns: readonly Place[],
  backend: CpuBackend,
): void {
  const { batch, height, width, channels } = size;
  const resize = backend.fn("resize");
  withTables(backend, width * channels, rows, columns, (r, c, row) =>
    resize(
      backend.address(x),
      backend.address(y),
      ...[batch, height, width, channels, rows.length, columns.length, r, c, row],
    ),
  );
}

/** The transpose of {@link resample}: from dy to dx, which is overwritten. */
export function resampleAdjoint(
  dy: TensorInfo,
  dx: TensorInfo,
  size: Pixels,
  rows: readonly Place[],
  columns: readonly Place[],
  backend: CpuBackend,
): void {
  const { batch, height, width, channels } = size;
  const adjoint = backend.fn("resizeAdjoint");
  withTables(backend, height * columns.length * channels, rows, columns, (r, c, plane) =>
    adjoint(
      backend.address(dy),
      backend.address(dx),
      ...[batch, height, width, channels, rows.length, columns.length, r, c, plane],
    ),
  );
}
