import type { KernelSize } from "@plenoptic/process";
import { softplus, type Tensor, tidy } from "@plenoptic/tensor";
import { CenterSurround } from "./center-surround.js";
import {
  checkPretrained,
  type OneChannelOptions,
  oneChannelNames,
  randomScalars,
} from "./front-end-options.js";
import { gainControl } from "./gain-control.js";
import { Gaussian } from "./gaussian.js";
import {
  type Activation,
  BuiltInModel,
  checkOptionNames,
  describeModel,
  expectOneChannel,
  parametersOf,
} from "./model.js";

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
 * Where the contrast is exactly 0 (black over more than the filters' reach) the square root has an infinite slope, as in
 * the reference, and gradients are NaN there.
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
export class LuminanceContrastGainControl extends BuiltInModel {
  /** The names of the options, for programs that offer them. */
  static readonly optionNames: readonly string[] = oneChannelNames;
  readonly name = "LuminanceContrastGainControl";
  readonly centerSurround: CenterSurround;
  readonly luminance: Gaussian;
  readonly contrast: Gaussian;
  /** Factor a of the local luminance. */
  readonly luminanceScalar: number;
  /** Factor b of the local contrast. */
  readonly contrastScalar: number;
  readonly activation: Activation;
  private readonly respond: (x: Tensor) => Tensor;

  constructor(kernelSize: KernelSize, options: OneChannelOptions = {}) {
    super();
    checkOptionNames("LuminanceContrastGainControl", options, oneChannelNames);
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
    const filter = { onCenter, padMode, cacheFilt, amplitudeRatio, ...(pretrained ? fitted.filter : {}) };
    this.centerSurround = new CenterSurround(kernelSize, filter);
    const gaussian = (std: number) =>
      new Gaussian(kernelSize, { padMode, cacheFilt, std: pretrained ? std : undefined });
    this.luminance = gaussian(fitted.luminanceStd);
    this.contrast = gaussian(fitted.contrastStd);
    const drawn = randomScalars(2);
    this.luminanceScalar = pretrained ? Math.fround(fitted.luminanceScalar) : drawn[0];
    this.contrastScalar = pretrained ? Math.fround(fitted.contrastScalar) : drawn[1];
    this.respond = gainControl(
      this.centerSurround,
      { filter: this.luminance, scalars: [this.luminanceScalar] },
      { filter: this.contrast, scalars: [this.contrastScalar] },
    );
  }

  forward(x: Tensor): Tensor {
    expectOneChannel("LuminanceContrastGainControl", x);
    return tidy(() => this.activation(this.respond(x)));
  }

  parameters(): Record<string, number | readonly number[]> {
    const { centerSurround, luminance, contrast, luminanceScalar, contrastScalar } = this;
    return { ...parametersOf({ centerSurround, luminance, contrast }), luminanceScalar, contrastScalar };
  }

  override toString(): string {
    const { centerSurround, luminance, contrast, luminanceScalar, contrastScalar } = this;
    const filters = {
      centerSurround: `${centerSurround}`,
      luminance: `${luminance}`,
      contrast: `${contrast}`,
    };
    return describeModel(this.name, { ...filters, luminanceScalar, contrastScalar });
  }
}
