import { concat, mean, reshape, square, sub, type Tensor, unstack } from "@plenoptic/tensor";
import type { Scale, ScaleSelection } from "../src/index.js";

/** Means of neighbours along the last axis, and the first of each pair. */
function halve(x: Tensor): { low: Tensor; first: Tensor } {
  const pairs = reshape(x, [...x.shape.slice(0, -1), -1, 2]);
  return { low: mean(pairs, -1), first: unstack(pairs, -1)[0] };
}

/**
 * Of each row: its mean, means of fours, squared differences of pairs of pairs and of pairs, and of all the energy. The
 * reference has the same model in peer/metamer_ctf.py.
 */
export class HaarStack {
  readonly name: string = "HaarStack";
  readonly scales: Scale[] = ["mean", "lowpass", 1, 0, "energy"];

  forward(x: Tensor, { scales = this.scales }: ScaleSelection = {}): Tensor {
    const fine = halve(x);
    const coarse = halve(fine.low);
    const flat = (y: Tensor) => reshape(y, [...x.shape.slice(0, 2), -1]);
    const parts = new Map<Scale, () => Tensor>([
      ["mean", () => mean(x, [2, 3])],
      ["lowpass", () => coarse.low],
      [1, () => square(sub(coarse.first, coarse.low))],
      [0, () => square(sub(fine.first, fine.low))],
      ["energy", () => mean(square(x), [2, 3])],
    ]);
    const wanted = this.scales.filter((scale) => scales.includes(scale));
    return concat(
      wanted.map((scale) => flat((parts.get(scale) as () => Tensor)())),
      -1,
    );
  }

  to(): void {}
}
