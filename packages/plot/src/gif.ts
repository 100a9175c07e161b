import type { Gifenc } from "gifenc";
import type { Raster } from "./raster.js";

type Palette = number[][];

const maximumColors = 256;

const colorAt = (data: Uint8Array, i: number): number => (data[i] << 16) | (data[i + 1] << 8) | data[i + 2];

const parts = (color: number): number[] => [color >> 16, (color >> 8) & 255, color & 255];

/** Lets others have their turn: on a page, all of this runs where clicks are answered. */
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** How often each colour occurs in some pictures. */
async function countColors(samples: readonly Raster[]): Promise<Map<number, number>> {
  const counts = new Map<number, number>();
  for (const { data } of samples) {
    let [last, run] = [-1, 0];
    const add = () => {
      if (run > 0) counts.set(last, (counts.get(last) ?? 0) + run);
    };
    for (let i = 0; i < data.length; i += 4) {
      const color = colorAt(data, i);
      if (color === last) run++;
      else {
        add();
        [last, run] = [color, 1];
      }
    }
    add();
    await pause();
  }
  return counts;
}

/** The colours of some pictures themselves where they are few enough, else colours that stand for them. */
async function makePalette(
  samples: readonly Raster[],
  quantize: (rgba: Uint8Array, count: number) => Palette,
): Promise<Palette> {
  const colors = await countColors(samples);
  if (colors.size <= maximumColors) return [...colors.keys()].map(parts);
  // Each colour once for each doubling of its frequency: thin lines and letters must not be lost among many pixels.
  const weighted: number[] = [];
  for (const [color, count] of colors) {
    for (let k = 0; k <= Math.log2(count); k += 2) weighted.push(...parts(color), 255);
  }
  const palette = quantize(Uint8Array.from(weighted), maximumColors);
  await pause();
  return withFrequent(palette, colors);
}

/** How many of the most frequent colours must be exact: the paper's above all. */
const exactColors = 8;

/** The palette with the most frequent colours as they are, in place of those nearest to them. */
function withFrequent(palette: Palette, colors: ReadonlyMap<number, number>): Palette {
  const frequent = [...colors].sort(([, a], [, b]) => b - a).slice(0, exactColors);
  const result = palette.map((color) => [...color]);
  // The most frequent one last, so that no other takes its place again.
  for (const [color] of frequent.reverse()) result[nearest(result, parts(color))] = parts(color);
  return result;
}

function nearest(palette: Palette, [r, g, b]: number[]): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < palette.length; i++) {
    const [pr, pg, pb] = palette[i];
    const distance = (r - pr) ** 2 + (g - pg) ** 2 + (b - pb) ** 2;
    if (distance < least) {
      least = distance;
      best = i;
    }
  }
  return best;
}

/** Writes pictures of equal size into one GIF, with colours chosen from some of them. */
export async function gifWriter(samples: readonly Raster[], delayMs: number, repeat: boolean) {
  // In Node the package is CommonJS, whose exports are all in the default one; bundlers take its ES module.
  const module = await import("gifenc");
  const { GIFEncoder, quantize } = module.quantize ? (module as unknown as Gifenc) : module.default;
  const palette = await makePalette(samples, quantize);
  const encoder = GIFEncoder();
  const places = new Map<number, number>();
  let isFirst = true;
  return {
    add({ data, width, height }: Raster): void {
      const index = new Uint8Array(width * height);
      let [lastColor, lastPlace] = [-1, 0];
      for (let i = 0; i < index.length; i++) {
        const color = colorAt(data, 4 * i);
        if (color !== lastColor) {
          lastColor = color;
          const known = places.get(color);
          lastPlace = known ?? nearest(palette, parts(color));
          if (known === undefined) places.set(color, lastPlace);
        }
        index[i] = lastPlace;
      }
      const first = isFirst ? { palette, repeat: repeat ? 0 : -1 } : {};
      encoder.writeFrame(index, width, height, { ...first, delay: delayMs });
      isFirst = false;
    },
    finish(): Uint8Array {
      encoder.finish();
      return encoder.bytes();
    },
  };
}
