import { kernelNames, type PadMode, type SeparableFilters } from "@plenoptic/tensor";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { GpuBackend } from "../backend.js";
import { modeNumber } from "./borders.js";
import { type Direction, filterGroups, filterPass } from "./filter-pass.js";
import type { GpuKernel } from "./kernel.js";

/** One source of a plane: the plane that it filters, and with what. */
interface Source {
  readonly plane: number;
  readonly taps: ArrayLike<number>;
}

/** A pass's table on the GPU; see `filterPass`. */
interface PassTable {
  readonly planes: number;
  readonly taps: number;
  readonly buffer: GPUBuffer;
}

function makeTable(backend: GpuBackend, planes: readonly Source[][], taps: number): PassTable {
  const sources = planes.flat();
  const values = new Float32Array(planes.length + 1 + (2 + taps) * sources.length);
  let at = 0;
  let first = 0;
  for (const list of planes) {
    values[at++] = first;
    first += list.length;
  }
  values[at++] = first;
  const tapsStart = at + 2 * sources.length;
  sources.forEach(({ plane, taps: own }, s) => {
    values[at++] = plane;
    values[at++] = tapsStart + s * taps;
    values.set(Array.from(own), tapsStart + s * taps);
  });
  return { planes: planes.length, taps, buffer: backend.makeTable(values) };
}

/** The passes of a filter and of its adjoint. Between the two passes there is a plane for each term. */
interface Prepared {
  readonly across: PassTable;
  readonly down: PassTable;
  readonly adjointAcross: PassTable;
  readonly adjointDown: PassTable;
}

const turned = (taps: ArrayLike<number>) => Array.from(taps).reverse();

function prepare(backend: GpuBackend, filters: SeparableFilters, channels: number): Prepared {
  const terms = filters.flatMap(({ channel, terms: list }, output) =>
    list.map((term) => ({ ...term, channel, output })),
  );
  const [kh, kw] = [terms[0].vertical.length, terms[0].horizontal.length];
  const gather = (count: number, of: (term: (typeof terms)[number]) => number, isTurned: boolean) =>
    Array.from({ length: count }, (_, plane) =>
      terms.flatMap((term, t) => {
        if (of(term) !== plane) return [];
        return [{ plane: t, taps: isTurned ? turned(term.vertical) : term.vertical }];
      }),
    );
  const across = terms.map(({ channel, horizontal }) => [{ plane: channel, taps: horizontal }]);
  const back = terms.map(({ output, horizontal }) => [{ plane: output, taps: turned(horizontal) }]);
  return {
    across: makeTable(backend, across, kw),
    down: makeTable(
      backend,
      gather(filters.length, (term) => term.output, false),
      kh,
    ),
    adjointAcross: makeTable(backend, back, kw),
    adjointDown: makeTable(
      backend,
      gather(channels, (term) => term.channel, true),
      kh,
    ),
  };
}

/** Tables live as long as the filters they were made from, on each device. */
const prepared = new WeakMap<GpuBackend, WeakMap<SeparableFilters, Prepared>>();

function preparedFor(backend: GpuBackend, filters: SeparableFilters, channels: number): Prepared {
  let ofBackend = prepared.get(backend);
  if (!ofBackend) {
    ofBackend = new WeakMap();
    prepared.set(backend, ofBackend);
  }
  let tables = ofBackend.get(filters);
  // One object of filters may meet images of different numbers of channels.
  if (tables?.adjointDown.planes !== channels) {
    tables = prepare(backend, filters, channels);
    ofBackend.set(filters, tables);
  }
  return tables;
}

interface Pass {
  readonly direction: Direction;
  readonly mode: PadMode;
  readonly isAdjoint: boolean;
  readonly before: number;
  readonly after: number;
}

/** Runs a pass on `x` `[B, planes, H, W]`, which changes its number of planes and the extent of one axis. */
function runPass(
  backend: GpuBackend,
  x: TensorInfo,
  table: PassTable,
  pass: Pass,
  outExtent: number,
): TensorInfo {
  const { direction, mode, isAdjoint, before, after } = pass;
  const [batch, inPlanes, height, width] = x.shape;
  const across = direction === "across";
  const shape = [batch, table.planes, across ? height : outExtent, across ? outExtent : width];
  const y = backend.makeTensorInfo(shape, "float32");
  const [extent, lines] = across ? [width, height] : [height, width];
  const origin = isAdjoint ? table.taps - 1 - before : before;
  backend.dispatch(
    filterPass(direction, isAdjoint),
    [y],
    [x, table.buffer],
    [table.planes, inPlanes, extent, outExtent, lines, table.taps, origin, before, after, modeNumber[mode]],
    filterGroups(direction, outExtent, lines, batch * table.planes),
  );
  return y;
}

const forward: GpuKernel<kernelNames.SeparableFilterAttrs> = {
  name: kernelNames.SeparableFilter,
  run: (backend, { x }, { filters, padding, mode }) => {
    const [top, bottom, left, right] = padding;
    const [, channels, height, width] = x.shape;
    const { across, down } = preparedFor(backend, filters, channels);
    const common = { mode, isAdjoint: false };
    const horizontal = { ...common, direction: "across", before: left, after: right } as const;
    const rows = runPass(backend, x, across, horizontal, width + left + right - across.taps + 1);
    const vertical = { ...common, direction: "down", before: top, after: bottom } as const;
    const y = runPass(backend, rows, down, vertical, height + top + bottom - down.taps + 1);
    backend.disposeData(rows.dataId);
    return y;
  },
};

const adjoint: GpuKernel<kernelNames.SeparableFilterAdjointAttrs> = {
  name: kernelNames.SeparableFilterAdjoint,
  run: (backend, { dy }, { filters, padding, mode, inputShape }) => {
    const [top, bottom, left, right] = padding;
    const [, channels, height, width] = inputShape;
    const { adjointAcross, adjointDown } = preparedFor(backend, filters, channels);
    const common = { mode, isAdjoint: true };
    const horizontal = { ...common, direction: "across", before: left, after: right } as const;
    const rows = runPass(backend, dy, adjointAcross, horizontal, width);
    const vertical = { ...common, direction: "down", before: top, after: bottom } as const;
    const x = runPass(backend, rows, adjointDown, vertical, height);
    backend.disposeData(rows.dataId);
    return x;
  },
};

export const separableFilterKernels = [forward, adjoint];
