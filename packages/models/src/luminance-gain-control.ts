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
export class LuminanceGainControl extends BuiltInModel {
  /** The names of the options, for programs that offer them. */
  static readonly optionNames: readonly string[] = oneChannelNames;
  readonly name = "LuminanceGainControl";
  readonly centerSurround: CenterSurround;
  readonly luminance: Gaussian;
  /** Factor a of the local luminance. */
  readonly luminanceScalar: number;
  readonly activation: Activation;
  private readonly respond: (x: Tensor) => Tensor;

  constructor(kernelSize: KernelSize, options: OneChannelOptions = {}) {
    super();
    checkOptionNames("LuminanceGainControl", options, oneChannelNames);
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
    const std = pretrained ? fitted.luminanceStd : undefined;
    this.luminance = new Gaussian(kernelSize, { padMode, cacheFilt, std });
    const [drawn] = randomScalars(1);
    this.luminanceScalar = pretrained ? Math.fround(fitted.luminanceScalar) : drawn;
    this.respond = gainControl(this.centerSurround, {
      filter: this.luminance,
      scalars: [this.luminanceScalar],
    });
  }

  forward(x: Tensor): Tensor {
    expectOneChannel("LuminanceGainControl", x);
    return tidy(() => this.activation(this.respond(x)));
  }

  parameters(): Record<string, number | readonly number[]> {
    const { centerSurround, luminance, luminanceScalar } = this;
    return { ...parametersOf({ centerSurround, luminance }), luminanceScalar };
  }

  override toString(): string {
    const { centerSurround, luminance, luminanceScalar } = this;
    return describeModel(this.name, {
      centerSurround: `${centerSurround}`,
      luminance: `${luminance}`,
      luminanceScalar,
    });
  }
}
