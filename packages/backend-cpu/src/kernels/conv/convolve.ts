// Which way a convolution is computed. All arguments but the last two are addresses; results are overwritten.

import type { CpuBackend } from "../../backend.js";
import { forwardByChannels, isChannelwise } from "./channelwise.js";
import type { Convolution } from "./geometry.js";
import { inputGradientParts } from "./phases.js";
import { filterGradientByPlanes, forwardByPlanes } from "./planes.js";
import { filterGradientByProduct, forwardByProduct } from "./products.js";
import { forwardBySpectra, isWide } from "./spectra.js";

/** Below so many filters in a group a matrix product, whose tiles have four rows, is slower than plane by plane. */
const fewFilters = 4;

const isFlat = (conv: Convolution) => conv.axes.length === 2 && conv.outputChannels < fewFilters;

export function forward(x: number, w: number, y: number, conv: Convolution, backend: CpuBackend): void {
  if (isChannelwise(conv, backend)) forwardByChannels(x, w, y, conv, backend);
  else if (isWide(conv, backend)) forwardBySpectra(x, w, y, conv, backend);
  else if (isFlat(conv)) forwardByPlanes(x, w, y, conv, backend);
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
