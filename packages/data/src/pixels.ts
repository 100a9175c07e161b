/** A decoded picture: numbers from 0 to `maxValue`, row by row, channels interleaved. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha. */
  readonly channels: number;
  /** The value that stands for 1: 255 for 8 bits, 65535 for 16, 1 for a picture that was reduced. */
  readonly maxValue: number;
  readonly data: ArrayLike<number>;
}

/** Weights of red, green and blue in luminance (ITU-R BT.709), as the reference's grey conversion has them. */
const luminance = [0.2125, 0.7154, 0.0721];

/** Picture over white, without its alpha. */
export function overWhite(color: number, alpha: number): number {
  return Math.min(1, Math.max(0, alpha * color + (1 - alpha)));
}

/**
 * Planes of a picture, scaled to [0, 1]: one grey plane, or red, green and blue. Computed in float64 and rounded to
 * float32 once, as the reference does.
 *
 * @returns channels × height × width values
 */
export function toPlanes({ width, height, channels, maxValue, data }: Pixels, asGray: boolean): Float32Array {
  const count = width * height;
  const colors = channels < 3 ? 1 : 3;
  const hasAlpha = channels === 2 || channels === 4;
  const value = (pixel: number, channel: number) => {
    const color = data[pixel * channels + Math.min(channel, colors - 1)] / maxValue;
    return hasAlpha ? overWhite(color, data[pixel * channels + channels - 1] / maxValue) : color;
  };
  if (asGray && colors === 1) return Float32Array.from({ length: count }, (_, i) => value(i, 0));
  if (asGray) {
    return Float32Array.from({ length: count }, (_, i) =>
      luminance.reduce((sum, weight, channel) => sum + weight * value(i, channel), 0),
    );
  }
  return Float32Array.from({ length: 3 * count }, (_, i) => value(i % count, Math.floor(i / count)));
}
