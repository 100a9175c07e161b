import { lagKernels } from "./bands/lags.js";
import { momentKernels } from "./bands/moments.js";
import { bandProductKernels } from "./bands/products.js";
import { spectralBandKernels } from "./bands/spectral-bands.js";
import { batchNormKernels } from "./batch-norm.js";
import { binaryKernels } from "./binary.js";
import { borderKernels } from "./borders.js";
import { castKernels } from "./cast.js";
import { complexKernels } from "./complex.js";
import { ownConvKernels } from "./conv/own-conv.js";
import { tfjsConvKernels } from "./conv/tfjs-conv.js";
import { einsumKernels } from "./einsum.js";
import { fftKernels } from "./fft.js";
import { fillKernels } from "./fill.js";
import { gatherKernels } from "./gather.js";
import { imageKernels } from "./image.js";
import { joinKernels } from "./join.js";
import type { Kernel } from "./kernel.js";
import { matMulKernels } from "./mat-mul.js";
import { forEveryDtype } from "./moving.js";
import { multinomialKernels } from "./multinomial.js";
import { optimizerKernels } from "./optimizer-steps.js";
import { ownImageKernels } from "./own-images.js";
import { padKernels } from "./pad.js";
import { poolKernels } from "./pool.js";
import { reduceKernels } from "./reduce.js";
import { resizeKernels } from "./resize.js";
import { selectKernels } from "./select.js";
import { separableKernels } from "./separable-filter.js";
import { sequenceKernels } from "./sequences.js";
import { shapeKernels } from "./shape.js";
import { softmaxKernels } from "./softmax.js";
import { turnKernels } from "./turns.js";
import { unaryKernels } from "./unary.js";

/** Every kernel of this backend. A new one joins the list of its family, or starts a family here. */
export const kernels: readonly Kernel[] = [
  ...unaryKernels,
  ...binaryKernels,
  ...castKernels,
  ...complexKernels,
  ...fillKernels,
  ...softmaxKernels,
  ...reduceKernels,
  ...selectKernels,
  ...shapeKernels,
  ...sequenceKernels,
  ...multinomialKernels,
  ...joinKernels,
  ...borderKernels,
  ...gatherKernels,
  ...matMulKernels,
  ...einsumKernels,
  ...padKernels,
  ...separableKernels,
  ...fftKernels,
  ...spectralBandKernels,
  ...lagKernels,
  ...bandProductKernels,
  ...momentKernels,
  ...ownConvKernels,
  ...tfjsConvKernels,
  ...poolKernels,
  ...imageKernels,
  ...resizeKernels,
  ...ownImageKernels,
  ...turnKernels,
  ...batchNormKernels,
  ...optimizerKernels,
].map(forEveryDtype);
