import {
  concat,
  kernelNames,
  pad2d,
  pad2dAdjoint,
  type SeparableFilters,
  type SeparableTerm,
  slice,
  type Tensor,
  tensor,
  zeros,
} from "@plenoptic/tensor";
import { channelsFirst, channelsLast, correlate } from "./correlate.js";
import type { NodeKernel } from "./kernel.js";

/** A rank-one filter, and which of its group's outputs it belongs to. */
interface OwnedTerm extends SeparableTerm {
  readonly output: number;
}

/** The outputs that read one channel: they share its first pass. */
interface Group {
  readonly channel: number;
  /** Which outputs these are. */
  readonly outputs: number[];
  readonly terms: OwnedTerm[];
}

function groupByChannel(filters: SeparableFilters): Group[] {
  const groups = new Map<number, Group>();
  filters.forEach(({ channel, terms }, index) => {
    const group = groups.get(channel) ?? { channel, outputs: [], terms: [] };
    groups.set(channel, group);
    group.terms.push(...terms.map((term) => ({ ...term, output: group.outputs.length })));
    group.outputs.push(index);
  });
  return [...groups.values()];
}

/** Taps `[taps, inputs, outputs]` in the order of values that a correlation wants. */
function layOut(
  count: number,
  inputs: number,
  outputs: number,
  tap: (i: number, input: number, output: number) => number,
): Float32Array {
  const values = new Float32Array(count * inputs * outputs);
  let at = 0;
  for (let i = 0; i < count; i++) {
    for (let a = 0; a < inputs; a++) {
      for (let b = 0; b < outputs; b++) values[at++] = tap(i, a, b);
    }
  }
  return values;
}

const channelOf = (x: Tensor, channel: number): Tensor =>
  x.shape[1] === 1 ? x : slice(x, [0, channel, 0, 0], [x.shape[0], 1, x.shape[2], x.shape[3]]);

const joinChannels = (tensors: Tensor[]): Tensor => (tensors.length === 1 ? tensors[0] : concat(tensors, 1));

/** A column pass that makes one picture a term, then a row pass that adds the terms of each output. */
function filterChannel(x: Tensor, { terms, outputs }: Group): Tensor {
  const [kh, kw, n, k] = [terms[0].vertical.length, terms[0].horizontal.length, terms.length, outputs.length];
  const down = layOut(kh, 1, n, (i, _, t) => terms[t].vertical[i]);
  const across = layOut(kw, n, k, (i, t, o) => (terms[t].output === o ? terms[t].horizontal[i] : 0));
  const columns = correlate(channelsLast(x), tensor(down, [kh, 1, 1, n]));
  return channelsFirst(correlate(columns, tensor(across, [1, kw, n, k])));
}

/** The transposes of the two passes, in the opposite order. `dy` holds the outputs of the group. */
function spreadToChannel(dy: Tensor, { terms, outputs }: Group): Tensor {
  const [kh, kw, n, k] = [terms[0].vertical.length, terms[0].horizontal.length, terms.length, outputs.length];
  const across = layOut(kw, k, n, (i, o, t) => (terms[t].output === o ? terms[t].horizontal[kw - 1 - i] : 0));
  const down = layOut(kh, n, 1, (i, t) => terms[t].vertical[kh - 1 - i]);
  // TensorFlow could add these zeros on the way, but is several times slower at it on a CPU.
  const spread = pad2d(dy, [kh - 1, kh - 1, kw - 1, kw - 1]);
  const rows = correlate(channelsLast(spread), tensor(across, [1, kw, k, n]));
  return channelsFirst(correlate(rows, tensor(down, [kh, 1, n, 1])));
}

export const separableFilter: NodeKernel<kernelNames.SeparableFilterAttrs> = {
  name: kernelNames.SeparableFilter,
  run: ({ x }, { filters, padding, mode }) => {
    const padded = pad2d(x, padding, mode);
    const groups = groupByChannel(filters);
    const results = groups.map((group) => filterChannel(channelOf(padded, group.channel), group));
    const joined = joinChannels(results);
    const order = groups.flatMap(({ outputs }) => outputs);
    if (order.every((output, position) => output === position)) return joined;
    return joinChannels(filters.map((_, output) => channelOf(joined, order.indexOf(output))));
  },
};

export const separableFilterAdjoint: NodeKernel<kernelNames.SeparableFilterAdjointAttrs> = {
  name: kernelNames.SeparableFilterAdjoint,
  run: ({ dy }, { filters, padding, mode, inputShape }) => {
    const [batch, channels, height, width] = inputShape;
    const [top, bottom, left, right] = padding;
    const parts = new Map<number, Tensor>();
    for (const group of groupByChannel(filters)) {
      const own = joinChannels(group.outputs.map((output) => channelOf(dy, output)));
      parts.set(group.channel, spreadToChannel(own, group));
    }
    const nothing = () => zeros([batch, 1, height + top + bottom, width + left + right]);
    const padded = joinChannels(Array.from({ length: channels }, (_, c) => parts.get(c) ?? nothing()));
    return pad2dAdjoint(padded, padding, mode, inputShape);
  },
};
