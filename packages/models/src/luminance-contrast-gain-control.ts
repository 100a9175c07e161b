import type { KernelSize } from "@plenoptic/process";
import { add, div, mul, softplus, sqrt, square, type Tensor, tidy } from "@plenoptic/tensor";
import { CenterSurround } from "./center-surround.js";
import { checkPretrained, type OneChannelOptions, randomScalars } from "./front-end-options.js";
import { Gaussian } from "./gaussian.js";
import { type Activation, describeModel, type Model } from "./model.js";

const fitted = {
  filter: { centerStd: 0.7363, surroundStd: 48.37, amplitudeRatio: 1.25 },
  luminanceStd: 170.99,
  contrastStd: 2.658,
  luminanceScalar: 2.94,
  contrastScalar: 34.03,
};

/**
 * Linear-nonlinear model whose response is divided by the local luminance, then by the local contrast:
 * n = D ∗ x / (1 + a · (G ∗ x)), c = √(H ∗ n²) + 10⁻⁶, y = f(n / (1 + b · c)). It is the LGG model of
 * Berardino et al., "Eigen-distortions of hierarchical representations" (NeurIPS 2017).
 *
 * Where the contrast is exactly 0 (a constant image) the square root has an infinite slope, as in the reference, and
 * gradients are NaN there.
 *
 * @param kernelSize - height and width of the filters' windows; 31 when pretrained
 * @throws {@link ValidationError} as {@link CenterSurround}, and when pretrained with another size
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { LuminanceContrastGainControl } from "@plenoptic/models";
 * import { rand } from "@plenoptic/tensor";
 * const model = new LuminanceContrastGainControl(31, { pretrained: true });
 * console.log(model.forward(rand([1, 1, 64, 64])).shape); // [1, 1, 64, 64]
 * ```
 */
export class LuminanceContrastGainControl implements Model {
  readonly name = "LuminanceContrastGainControl";
  readonly centerSurround: CenterSurround;
  readonly luminance: Gaussian;
  readonly contrast: Gaussian;
  /** Factor a of the local luminance. */
  luminanceScalar: number;
  /** Factor b of the local contrast. */
  contrastScalar: number;
  readonly activation: Activation;

  constructor(kernelSize: KernelSize, options: OneChannelOptions = {}) {
    const { pretrained = false, activation = softplus, amplitudeRatio, onCenter, padMode } = options;
    checkPretrained(kernelSize, pretrained, onCenter);
    this.activation = activation;
    const filter = pretrained ? fitted.filter : {};
    this.centerSurround = new CenterSurround(kernelSize, { onCenter, padMode, amplitudeRatio, ...filter });
    this.luminance = new Gaussian(kernelSize, { padMode, std: pretrained ? fitted.luminanceStd : undefined });
    this.contrast = new Gaussian(kernelSize, { padMode, std: pretrained ? fitted.contrastStd : undefined });
    this.luminanceScalar = pretrained ? Math.fround(fitted.luminanceScalar) : randomScalars(1)[0];
    this.contrastScalar = pretrained ? Math.fround(fitted.contrastScalar) : randomScalars(1)[0];
  }

  forward(x: Tensor): Tensor {
    return tidy(() => {
      const luminance = add(mul(this.luminance.forward(x), this.luminanceScalar), 1);
      const normed = div(this.centerSurround.forward(x), luminance);
      const contrast = add(sqrt(this.contrast.forward(square(normed))), 1e-6);
      return this.activation(div(normed, add(mul(contrast, this.contrastScalar), 1)));
    });
  }

  toString(): string {
    const { centerSurround, luminance, contrast, luminanceScalar, contrastScalar } = this;
    const filters = {
      centerSurround: `${centerSurround}`,
      luminance: `${luminance}`,
      contrast: `${contrast}`,
    };
    return describeModel(this.name, { ...filters, luminanceScalar, contrastScalar });
  }
}
