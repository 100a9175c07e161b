import { diskValues, type KernelSize } from "@plenoptic/process";
import { deviceOf, mul, softplus, type Tensor, tensor, tidy, withDevice } from "@plenoptic/tensor";
import { CenterSurround } from "./center-surround.js";
import { checkPretrained, type FrontEndOptions, frontEndNames, randomScalars } from "./front-end-options.js";
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

const optionNames: readonly string[] = [...frontEndNames, "applyMask"];

/**
 * Two channels, on-centre and off-centre, each a difference of Gaussians divided by its local luminance, then by its
 * local contrast: per channel n = D ∗ x / (1 + a · (G ∗ x)), c = √(H ∗ n²) + 10⁻⁶, y = f(n / (1 + b · c)).
 * It is the OnOff model of Berardino et al., "Eigen-distortions of hierarchical representations" (NeurIPS 2017).
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
 * import { OnOff } from "@plenoptic/models";
 * import { rand } from "@plenoptic/tensor";
 * const model = new OnOff(31, { pretrained: true });
 * console.log(model.forward(rand([1, 1, 64, 64])).shape); // [1, 2, 64, 64]
 * ```
 */
export class OnOff extends BuiltInModel {
  /** The names of the options, for programs that offer them. */
  static readonly optionNames: readonly string[] = optionNames;
  readonly name = "OnOff";
  readonly centerSurround: CenterSurround;
  readonly luminance: Gaussian;
  readonly contrast: Gaussian;
  /** Factor a of the local luminance, on and off. */
  readonly luminanceScalar: readonly number[];
  /** Factor b of the local contrast, on and off. */
  readonly contrastScalar: readonly number[];
  readonly activation: Activation;
  readonly applyMask: boolean;
  private readonly respond: (x: Tensor) => Tensor;
  private disk: ReturnType<typeof diskValues> | undefined;

  constructor(kernelSize: KernelSize, options: OnOffOptions = {}) {
    super();
    checkOptionNames("OnOff", options, optionNames);
    checkPretrained(kernelSize, options);
    const { pretrained = false, activation = softplus, amplitudeRatio, padMode, cacheFilt } = options;
    this.activation = activation;
    this.applyMask = options.applyMask ?? false;
    this.centerSurround = new CenterSurround(kernelSize, {
      onCenter: [true, false],
      padMode,
      cacheFilt,
      amplitudeRatio,
      ...(pretrained ? fitted.filter : {}),
    });
    const gaussian = (std: number[]) =>
      new Gaussian(kernelSize, { padMode, cacheFilt, outChannels: 2, std: pretrained ? std : 3 });
    this.luminance = gaussian(fitted.luminanceStd);
    this.contrast = gaussian(fitted.contrastStd);
    const drawn = randomScalars(4);
    this.luminanceScalar = pretrained ? fitted.luminanceScalar.map(Math.fround) : drawn.slice(0, 2);
    this.contrastScalar = pretrained ? fitted.contrastScalar.map(Math.fround) : drawn.slice(2);
    this.respond = gainControl(
      this.centerSurround,
      { filter: this.luminance, scalars: this.luminanceScalar },
      { filter: this.contrast, scalars: this.contrastScalar },
    );
  }

  forward(x: Tensor): Tensor {
    expectOneChannel("OnOff", x);
    return tidy(() => {
      const y = this.activation(this.respond(x));
      return this.applyMask ? mul(y, this.mask(x)) : y;
    });
  }

  /** The disk for an image's size, on its device; the values are kept for the next image of that size. */
  private mask(x: Tensor): Tensor {
    const [height, width] = x.shape.slice(-2);
    if (this.disk?.shape[0] !== height || this.disk.shape[1] !== width)
      this.disk = diskValues([height, width]);
    const { values, shape } = this.disk;
    return withDevice(deviceOf(x), () => tensor(values, shape));
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
