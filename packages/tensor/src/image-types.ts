/**
 * How an image is continued beyond its border. With the row `abcd` and two pixels on either side:
 * `reflect` gives `cb|abcd|cb`, `circular` `cd|abcd|ab`, `replicate` `aa|abcd|dd`, `constant` `vv|abcd|vv`.
 */
export type PadMode = "reflect" | "circular" | "replicate" | "constant";

/** Pixels added above, below, to the left and to the right. */
export type Padding = readonly [top: number, bottom: number, left: number, right: number];

/** A rank-one filter: its 2-D taps are `vertical[i] * horizontal[j]`. */
export interface SeparableTerm {
  readonly vertical: ArrayLike<number>;
  readonly horizontal: ArrayLike<number>;
}

/** One output channel: the sum of rank-one filters, applied to one input channel. */
export interface SeparableOutput {
  readonly channel: number;
  readonly terms: readonly SeparableTerm[];
}

/** One entry per output channel; all vertical taps have one length, all horizontal taps one length. */
export type SeparableFilters = readonly SeparableOutput[];
