// Which way a convolution is computed. All arguments but the last two are addresses; results are overwritten.

import type { CpuBackend } from "../../backend.js";
import { forwardByChannels, isChannelwise } from "./channelwise.js";
import type { Convolution } from "./geometry.js";
import { inPlanes } from "./padded.js";
import { inputGradientParts } from "./phases.js";
import { filterGradientByPlanes, forwardByPlanes } from "./planes.js";
import { filterGradientByProduct, forwardByProduct } from "./products.js";
import { forwardBySpectra, isWide } from "./spectra.js";
import { forwardByWinograd, isWinograd } from "./winograd.js";

/** Up to so many filters in a group a matrix product, whose tiles have four rows, is slower than plane by plane, */
const fewFilters = 3;
/** and up to so many where the images need not be sorted into planes. */
const fewFiltersInPlanes = 6;

const isFlat = ({ axes, outputChannels }: Convolution) => axes.length === 2 && outputChannels <= fewFilters;

function isFlatInPlanes({ axes, outputChannels, x, y }: Convolution): boolean {
  const taps = axes.reduce((n, axis) => n * axis.taps, 1);
  return axes.length === 2 && taps > 1 && outputChannels <= fewFiltersInPlanes && inPlanes(x) && inPlanes(y);
}

export function forward(x: number, w: number, y: number, conv: Convolution, backend: CpuBackend): void {
  if (isChannelwise(conv, backend)) forwardByChannels(x, w, y, conv, backend);
  else if (isWide(conv, backend)) forwardBySpectra(x, w, y, conv, backend);
  else if (isFlat(conv) || isFlatInPlanes(conv)) forwardByPlanes(x, w, y, conv, backend);
  else if (isWinograd(conv)) forwardByWinograd(x, w, y, conv, backend);
  else forwardByProduct(x, w, y, conv, backend);
}

export function inputGradient(
  dy: number,
  w: number,
  dx: number,
  conv: Convolution,
  backend: CpuBackend,
): void {
  const bytes = backend.floatBytes;
  for (const part of inputGradientParts(conv)) {
    forward(dy, w + part.filterOffset * bytes, dx + part.outputOffset * bytes, part.conv, backend);
  }
}

export function filterGradient(
  x: number,
  dy: number,
  dw: number,
  conv: Convolution,
  backend: CpuBackend,
): void {
  if (isFlat(conv)) filterGradientByPlanes(x, dy, dw, conv, backend);
  else filterGradientByProduct(x, dy, dw, conv, backend);
}
