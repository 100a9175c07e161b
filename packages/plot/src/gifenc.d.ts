// The parts of gifenc (which brings no types) that are used here.
declare module "gifenc" {
  type Palette = readonly (readonly number[])[];
  interface FrameOptions {
    palette?: Palette;
    delay?: number;
    repeat?: number;
  }
  interface Encoder {
    writeFrame(index: Uint8Array, width: number, height: number, options: FrameOptions): void;
    finish(): void;
    bytes(): Uint8Array;
  }
  export interface Gifenc {
    GIFEncoder(): Encoder;
    quantize(rgba: Uint8Array, maxColors: number): number[][];
  }
  /** In the ES module only, as are the other names. */
  export const quantize: Gifenc["quantize"] | undefined;
  const all: Gifenc;
  export default all;
}
