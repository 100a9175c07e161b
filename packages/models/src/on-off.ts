import { diskValues, type KernelSize } from "@plenoptic/process";
import {
  add,
  deviceOf,
  div,
  mul,
  softplus,
  sqrt,
  square,
  type Tensor,
  tensor,
  tidy,
  withDevice,
} from "@plenoptic/tensor";
import { CenterSurround } from "./center-surround.js";
import { checkPretrained, type FrontEndOptions, randomScalars } from "./front-end-options.js";
import { Gaussian } from "./gaussian.js";
import { type Activation, describeModel, expectOneChannel, type Model } from "./model.js";

const fitted = {
  filter: { centerStd: [1.237, 0.3233], surroundStd: [30.12, 2.184], amplitudeRatio: 1.25 },
  luminanceStd: [76.4, 2.184],
  contrastStd: [7.49, 2.43],
  luminanceScalar: [3.2637, 14.3961],
  contrastScalar: [7.3405, 16.7423],
};

/** Options of {@link OnOff}. */
export interface OnOffOptions extends FrontEndOptions {
  /** Multiply the output by a disk that fades out towards the border. Default false. */
  applyMask?: boolean;
}

/**
 * Two channels, on-centre and off-centre, each a difference of Gaussians divided by its local luminance, then by its
 * local contrast: per channel n = D ∗ x / (1 + a · (G ∗ x)), c = √(H ∗ n²) + 10⁻⁶, y = f(n / (1 + b · c)).
 * It is the OnOff model of Berardino et al., "Eigen-distortions of hierarchical representations" (NeurIPS 2017).
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
 * import { OnOff } from "@plenoptic/models";
 * import { rand } from "@plenoptic/tensor";
 * const model = new OnOff(31, { pretrained: true });
 * console.log(model.forward(rand([1, 1, 64, 64])).shape); // [1, 2, 64, 64]
 * ```
 */
export class OnOff implements Model {
  readonly name = "OnOff";
  readonly centerSurround: CenterSurround;
  readonly luminance: Gaussian;
  readonly contrast: Gaussian;
  /** Factor a of the local luminance, on and off. */
  luminanceScalar: readonly number[];
  /** Factor b of the local contrast, on and off. */
  contrastScalar: readonly number[];
  readonly activation: Activation;
  readonly applyMask: boolean;

  constructor(kernelSize: KernelSize, options: OnOffOptions = {}) {
    const { pretrained = false, activation = softplus, amplitudeRatio, padMode, applyMask = false } = options;
    checkPretrained(kernelSize, pretrained);
    this.activation = activation;
    this.applyMask = applyMask;
    const filter = pretrained ? fitted.filter : {};
    this.centerSurround = new CenterSurround(kernelSize, {
      onCenter: [true, false],
      padMode,
      amplitudeRatio,
      ...filter,
    });
    const gaussian = (std: number[]) =>
      new Gaussian(kernelSize, { padMode, outChannels: 2, std: pretrained ? std : 3 });
    this.luminance = gaussian(fitted.luminanceStd);
    this.contrast = gaussian(fitted.contrastStd);
    this.luminanceScalar = pretrained ? fitted.luminanceScalar.map(Math.fround) : randomScalars(2);
    this.contrastScalar = pretrained ? fitted.contrastScalar.map(Math.fround) : randomScalars(2);
  }

  forward(x: Tensor): Tensor {
    expectOneChannel("OnOff", x);
    return withDevice(deviceOf(x), () =>
      tidy(() => {
        const perChannel = (scalars: readonly number[]) => tensor([...scalars], [1, 2, 1, 1]);
        const luminance = add(mul(this.luminance.forward(x), perChannel(this.luminanceScalar)), 1);
        const normed = div(this.centerSurround.forward(x), luminance);
        const contrast = add(sqrt(this.contrast.forwardPerChannel(square(normed))), 1e-6);
        const y = this.activation(div(normed, add(mul(contrast, perChannel(this.contrastScalar)), 1)));
        return this.applyMask ? mul(y, this.mask(x.shape)) : y;
      }),
    );
  }

  private mask(shape: readonly number[]): Tensor {
    const { values, shape: size } = diskValues([shape[2], shape[3]]);
    return tensor(values, size);
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
