import type { ConvertibleModel } from "@plenoptic/losses";
import type { LossFunction, ModelLike } from "@plenoptic/synthesis";
import { deviceOf, dispose, read, reshape, stack, type Tensor, tidy, withDevice } from "@plenoptic/tensor";

/** A group of statistics, and what part of the loss is its own. */
export interface StatisticShare {
  readonly name: string;
  /** From 0 to 1; those of all groups sum to 1. */
  readonly share: number;
}

/** A loss, and the power of it that is a sum over statistics. */
export interface AdditiveLoss {
  readonly lossFunction: LossFunction;
  /** 2 for a norm, 1 for a sum of squares. */
  readonly power: 1 | 2;
}

/** Whether a model can take its representation apart into groups. */
export function isConvertible(model: ModelLike): model is ModelLike & ConvertibleModel {
  return (
    "convertToDict" in model &&
    typeof model.convertToDict === "function" &&
    "convertToTensor" in model &&
    typeof model.convertToTensor === "function"
  );
}

/** The losses that would be if all groups but one were as in the target, one after the other. */
function lossesByGroup(
  model: ConvertibleModel,
  lossFunction: LossFunction,
  image: Tensor,
  target: Tensor,
): { names: string[]; losses: Tensor } {
  let names: string[] = [];
  const losses = tidy(() => {
    const [own, wanted] = [model.forward(image), target].map((y) => model.convertToDict(y));
    names = Object.keys(wanted).filter((name) => wanted[name].size > 0);
    const values = names.map((name) =>
      lossFunction(model.convertToTensor({ ...wanted, [name]: own[name] }), target),
    );
    return stack(values.map((value) => reshape(value, [])));
  });
  return { names, losses };
}

/**
 * What each group of statistics has of the loss at an image, the largest share first.
 *
 * @param target - the target representation
 * @returns none where the loss is 0 or no number
 */
export async function statisticShares(
  model: ConvertibleModel,
  { lossFunction, power }: AdditiveLoss,
  image: Tensor,
  target: Tensor,
): Promise<StatisticShare[]> {
  const { names, losses } = withDevice(deviceOf(image), () =>
    lossesByGroup(model, lossFunction, image, target),
  );
  const parts = Array.from(await read(losses), (loss) => loss ** power);
  dispose(losses);
  const total = parts.reduce((sum, part) => sum + part, 0);
  if (!(total > 0 && Number.isFinite(total))) return [];
  return names.map((name, i) => ({ name, share: parts[i] / total })).sort((a, b) => b.share - a.share);
}

/** Measuring may take so much of the time of a run. */
const budget = 0.02;

/** Measures shares now and then: seldom enough that synthesis is hardly slower for it. */
export class ShareWatch {
  private known: StatisticShare[] = [];
  private nextAt = 0;

  constructor(private readonly measure: () => Promise<StatisticShare[]>) {}

  /** Shares as they are now, whatever it takes. */
  async now(): Promise<readonly StatisticShare[]> {
    const start = performance.now();
    this.known = await this.measure();
    const end = performance.now();
    this.nextAt = end + (end - start) / budget;
    return this.known;
  }

  /** Shares as they were not long ago. */
  async recent(): Promise<readonly StatisticShare[]> {
    return performance.now() < this.nextAt ? this.known : this.now();
  }
}

/** What fits on a line for the published names of statistics. */
const shortNames: Readonly<Record<string, string>> = {
  pixel_statistics: "pixels",
  auto_correlation_magnitude: "autocorr mag",
  skew_reconstructed: "skew",
  kurtosis_reconstructed: "kurtosis",
  auto_correlation_reconstructed: "autocorr",
  std_reconstructed: "std",
  cross_orientation_correlation_magnitude: "cross-orient mag",
  magnitude_std: "mag std",
  cross_scale_correlation_magnitude: "cross-scale mag",
  cross_scale_correlation_real: "cross-scale real",
  var_highpass_residual: "highpass",
};

/** How many groups are shown. */
const shown = 3;

/** The worst groups in words, each on its own: `skew 41%`. */
export function describeShares(shares: readonly StatisticShare[], { short = false } = {}): string[] {
  return shares
    .slice(0, shown)
    .map(({ name, share }) => `${(short && shortNames[name]) || name} ${Math.round(100 * share)}%`);
}
