import {
  canReadAtOnce,
  deviceOf,
  type FloatArray,
  keep,
  mul,
  read,
  readSync,
  type Tensor,
  tensor,
  tidy,
  withDevice,
} from "@plenoptic/tensor";
import { keepName } from "./keep-name.js";
import { l2Norm } from "./l2-norm.js";

/**
 * Weights that can be used on every device. Where values cannot be read at once, the tensor itself serves on its own device
 * until they have come.
 */
class Weights {
  private readonly shape: readonly number[];
  private values: FloatArray | undefined;
  private held: Tensor | undefined;

  constructor(weights: Tensor) {
    this.shape = weights.shape;
    if (canReadAtOnce(deviceOf(weights))) {
      this.values = readSync(weights).slice();
      return;
    }
    this.held = keep(weights);
    // A device that is lost meanwhile says so when the weights are used.
    read(weights).then(
      (values) => {
        this.values = values.slice();
        this.held?.dispose();
        this.held = undefined;
      },
      () => {},
    );
  }

  /** On the device of `x`: to be disposed of, unless it is kept. */
  for(x: Tensor): Tensor {
    const { values, held, shape } = this;
    if (values) return withDevice(deviceOf(x), () => tensor(values, shape));
    return held as Tensor;
  }
}

/**
 * The loss ‖w ∘ x - w ∘ y‖. It is called `loss` as in the reference, whose files keep that name: so each loads the other's.
 *
 * @param makeWeights - the weights, of the shape of a representation; called once
 */
export function weightedL2Norm(
  makeWeights: () => Tensor,
): (synthesized: Tensor, reference: Tensor) => Tensor {
  const made = tidy(makeWeights);
  const weights = new Weights(made);
  if (canReadAtOnce(deviceOf(made))) made.dispose();
  const loss = (synthesized: Tensor, reference: Tensor): Tensor =>
    tidy(() => {
      const w = weights.for(synthesized);
      return l2Norm(mul(w, synthesized), mul(w, reference));
    });
  return keepName(loss, "loss");
}
