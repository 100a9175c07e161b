import type { KernelSize } from "@plenoptic/process";
import { softplus, type Tensor, tidy } from "@plenoptic/tensor";
import { CenterSurround } from "./center-surround.js";
import { checkPretrained, type OneChannelOptions, oneChannelNames } from "./front-end-options.js";
import {
  type Activation,
  BuiltInModel,
  checkOptionNames,
  describeModel,
  expectOneChannel,
  parametersOf,
} from "./model.js";

const fitted = { centerStd: 0.5339, surroundStd: 6.148, amplitudeRatio: 1.25 };

/**
 * Linear-nonlinear model: a difference of Gaussians, then a pointwise nonlinearity, y = f(D ∗ x). It is the LN
 * model of Berardino et al., "Eigen-distortions of hierarchical representations" (NeurIPS 2017).
 *
 * @param kernelSize - height and width of the filter's window; 31 when pretrained
 * @throws {@link ValidationError} as {@link CenterSurround}, and when pretrained with another size
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { LinearNonlinear } from "@plenoptic/models";
 * import { ones } from "@plenoptic/tensor";
 * const model = new LinearNonlinear(31, { pretrained: true });
 * console.log(model.forward(ones([1, 1, 64, 64])).shape); // [1, 1, 64, 64]
 * ```
 */
export class LinearNonlinear extends BuiltInModel {
  /** The names of the options, for programs that offer them. */
  static readonly optionNames: readonly string[] = oneChannelNames;
  readonly name = "LinearNonlinear";
  readonly centerSurround: CenterSurround;
  readonly activation: Activation;

  constructor(kernelSize: KernelSize, options: OneChannelOptions = {}) {
    super();
    checkOptionNames("LinearNonlinear", options, oneChannelNames);
    checkPretrained(kernelSize, options);
    const {
      pretrained = false,
      activation = softplus,
      amplitudeRatio,
      onCenter,
      padMode,
      cacheFilt,
    } = options;
    this.activation = activation;
    this.centerSurround = new CenterSurround(kernelSize, {
      onCenter,
      padMode,
      cacheFilt,
      amplitudeRatio,
      ...(pretrained ? fitted : {}),
    });
  }

  forward(x: Tensor): Tensor {
    expectOneChannel("LinearNonlinear", x);
    return tidy(() => this.activation(this.centerSurround.forward(x)));
  }

  parameters(): Record<string, number | readonly number[]> {
    return parametersOf({ centerSurround: this.centerSurround });
  }

  override toString(): string {
    return describeModel(this.name, { centerSurround: String(this.centerSurround) });
  }
}
