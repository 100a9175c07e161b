import { invalidArgument, ShapeError } from "../../errors.js";
import type { Padding } from "../../image-types.js";
import type { Tensor } from "../../tensor-type.js";
import { expectImage, type PerAxis, perAxis } from "../conv/options.js";

export interface PoolOptions {
  /** How far apart windows are; default: as far as they are large. */
  readonly stride?: PerAxis;
  /** Pixels added around the image, at most half the window: one number, `[down, across]` or `[top, bottom, left, right]`. */
  readonly padding?: PerAxis | Padding;
  /** Whether windows that reach beyond the padded image, below or to the right, count too; default false. */
  readonly ceilMode?: boolean;
}

/** The windows of an image. */
export interface Windows {
  readonly kernelSize: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly dilation: readonly [number, number];
  readonly padding: Padding;
  readonly outputSize: readonly [number, number];
}

function poolPadding(value: PerAxis | Padding, reach: readonly number[]): Padding {
  const [top, bottom, left, right] = Array.isArray(value) && value.length === 4 ? value : [];
  const [down, across] = top === undefined ? perAxis("padding", value as PerAxis, 0) : [];
  const padding = down === undefined ? [top, bottom, left, right] : [down, down, across, across];
  if (padding.some((n, i) => !Number.isInteger(n) || n < 0 || 2 * n > reach[i >> 1]))
    throw invalidArgument("padding", value, `whole numbers, at most half the window of ${reach.join("×")}`);
  return padding as unknown as Padding;
}

/** How many windows there are along an axis. */
function countWindows(
  input: number,
  before: number,
  after: number,
  reach: number,
  stride: number,
  ceil: boolean,
) {
  const room = input + before + after - reach;
  if (!ceil) return Math.floor(room / stride) + 1;
  const count = Math.ceil(room / stride) + 1;
  // The last window must begin inside the image or before it.
  return (count - 1) * stride >= input + before ? count - 1 : count;
}

/** Works out the windows; throws when an option is wrong, or there is no window. */
export function windowsOf(
  op: string,
  x: Tensor,
  size: PerAxis,
  { stride, padding = 0, ceilMode = false }: PoolOptions,
  spacing: PerAxis = 1,
): Windows {
  expectImage(op, x);
  const kernelSize = perAxis("kernelSize", size, 1);
  const dilation = perAxis("dilation", spacing, 1);
  const steps = perAxis("stride", stride ?? kernelSize, 1);
  const reach = kernelSize.map((taps, d) => (taps - 1) * dilation[d] + 1);
  const pad = poolPadding(padding, reach);
  const [rows, columns] = [0, 1].map((d) =>
    countWindows(x.shape[2 + d], pad[2 * d], pad[2 * d + 1], reach[d], steps[d], ceilMode),
  );
  if (rows < 1 || columns < 1)
    throw new ShapeError(
      `${op}() window of ${reach.join("×")} is larger than the image of ${x.shape[2]}×${x.shape[3]} with its padding.`,
    );
  return { kernelSize, stride: steps, dilation, padding: pad, outputSize: [rows, columns] };
}
