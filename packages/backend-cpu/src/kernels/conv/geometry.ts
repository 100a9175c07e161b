/** One spatial axis of a convolution: output `p` meets tap `t` at input `p * stride + t * dilation - before`. */
export interface SpatialAxis {
  readonly input: number;
  readonly output: number;
  readonly taps: number;
  readonly stride: number;
  readonly dilation: number;
  /** Zeros before the input; what is read beyond its end is zero, too. */
  readonly before: number;
}

/** Where the values of a batch of images lie: strides in values. */
export interface ImageLayout {
  readonly batch: number;
  readonly channel: number;
  readonly spatial: readonly number[];
}

/** Where the values of the filters lie: strides in values. */
export interface FilterLayout {
  readonly group: number;
  readonly input: number;
  readonly output: number;
  readonly spatial: readonly number[];
}

/**
 * A convolution y[b, o, p] = Σ_{t, c} x[b, c, p · stride + t · dilation - before] · w[t, c, o] in any number of spatial
 * axes and any order of axes. With groups, each has its share of the input and of the output channels, in order, and
 * `inputChannels` and `outputChannels` are those of one group.
 */
export interface Convolution {
  readonly batch: number;
  readonly groups: number;
  readonly inputChannels: number;
  readonly outputChannels: number;
  readonly axes: readonly SpatialAxis[];
  readonly x: ImageLayout;
  readonly y: ImageLayout;
  readonly filter: FilterLayout;
}

/** The layout of images with these spatial extents, channels first or last. */
export function imageLayout(
  channels: number,
  spatial: readonly number[],
  channelsFirst: boolean,
): ImageLayout {
  const strides: number[] = [];
  let stride = channelsFirst ? 1 : channels;
  for (let d = spatial.length - 1; d >= 0; d--) {
    strides.unshift(stride);
    stride *= spatial[d];
  }
  return channelsFirst
    ? { channel: stride, spatial: strides, batch: stride * channels }
    : { channel: 1, spatial: strides, batch: stride };
}

/** tfjs's filters, `[…taps, input channels of a group, output channels]`. */
export function tfjsFilterLayout(
  taps: readonly number[],
  input: number,
  groups: number,
  output: number,
): FilterLayout {
  const { spatial } = imageLayout(input * groups * output, taps, false);
  return { spatial, group: output, input: groups * output, output: 1 };
}

/** torch's filters, `[output channels, input channels of a group, …taps]`. */
export function torchFilterLayout(taps: readonly number[], input: number, output: number): FilterLayout {
  const { spatial, channel, batch } = imageLayout(input, taps, true);
  return { spatial, group: output * batch, input: channel, output: batch };
}
