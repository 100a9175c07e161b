import type { KernelSize } from "@plenoptic/process";
import { add, div, mul, softplus, type Tensor, tidy } from "@plenoptic/tensor";
import { CenterSurround } from "./center-surround.js";
import { checkPretrained, type OneChannelOptions, randomScalars } from "./front-end-options.js";
import { Gaussian } from "./gaussian.js";
import { type Activation, describeModel, type Model } from "./model.js";

const fitted = {
  filter: { centerStd: 1.962, surroundStd: 4.235, amplitudeRatio: 1.25 },
  luminanceStd: 4.235,
  luminanceScalar: 14.95,
};

/**
 * Linear-nonlinear model whose response is divided by the local luminance: y = f(D ∗ x / (1 + a · (G ∗ x))). It is
 * the LG model of Berardino et al., "Eigen-distortions of hierarchical representations" (NeurIPS 2017).
 *
 * @param kernelSize - height and width of the filters' windows; 31 when pretrained
 * @throws {@link ValidationError} as {@link CenterSurround}, and when pretrained with another size
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { LuminanceGainControl } from "@plenoptic/models";
 * import { ones } from "@plenoptic/tensor";
 * const model = new LuminanceGainControl(31, { pretrained: true });
 * console.log(model.forward(ones([1, 1, 64, 64])).shape); // [1, 1, 64, 64]
 * ```
 */
export class LuminanceGainControl implements Model {
  readonly name = "LuminanceGainControl";
  readonly centerSurround: CenterSurround;
  readonly luminance: Gaussian;
  /** Factor a of the local luminance. */
  luminanceScalar: number;
  readonly activation: Activation;

  constructor(kernelSize: KernelSize, options: OneChannelOptions = {}) {
    const { pretrained = false, activation = softplus, amplitudeRatio, onCenter, padMode } = options;
    checkPretrained(kernelSize, pretrained, onCenter);
    this.activation = activation;
    const filter = pretrained ? fitted.filter : {};
    this.centerSurround = new CenterSurround(kernelSize, { onCenter, padMode, amplitudeRatio, ...filter });
    this.luminance = new Gaussian(kernelSize, { padMode, std: pretrained ? fitted.luminanceStd : undefined });
    this.luminanceScalar = pretrained ? Math.fround(fitted.luminanceScalar) : randomScalars(1)[0];
  }

  forward(x: Tensor): Tensor {
    return tidy(() => {
      const luminance = add(mul(this.luminance.forward(x), this.luminanceScalar), 1);
      return this.activation(div(this.centerSurround.forward(x), luminance));
    });
  }

  toString(): string {
    const { centerSurround, luminance, luminanceScalar } = this;
    return describeModel(this.name, {
      centerSurround: `${centerSurround}`,
      luminance: `${luminance}`,
      luminanceScalar,
    });
  }
}
