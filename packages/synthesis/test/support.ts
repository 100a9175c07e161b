import { linspace, mean, reshape, setSeed, type Tensor, tidy } from "@plenoptic/tensor";
import { Metamer, type MetamerOptions } from "../src/index.js";

/** The model of the recorded problem: the means of rows. */
export const rowMeans = (x: Tensor): Tensor => mean(x, -1);

/** The image of the recorded problem: a ramp from 0 to 1, 8×8. */
export const ramp = (): Tensor => tidy(() => reshape(linspace(0, 1, 64), [1, 1, 8, 8]));

/** The recorded problem from seed 0. */
export function makeMetamer(options: MetamerOptions = {}): Metamer {
  setSeed(0);
  return new Metamer(ramp(), rowMeans, options);
}
