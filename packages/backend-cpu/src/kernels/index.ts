import { binaryKernels } from "./binary.js";
import { castKernels } from "./cast.js";
import { complexKernels } from "./complex.js";
import { tfjsConvKernels } from "./conv/tfjs-conv.js";
import { convKernels } from "./conv2d.js";
import { fillKernels } from "./fill.js";
import type { Kernel } from "./kernel.js";
import { matMulKernels } from "./mat-mul.js";
import { forEveryDtype } from "./moving.js";
import { optimizerKernels } from "./optimizer-steps.js";
import { padKernels } from "./pad.js";
import { reduceKernels } from "./reduce.js";
import { separableKernels } from "./separable-filter.js";
import { shapeKernels } from "./shape.js";
import { unaryKernels } from "./unary.js";

/** Every kernel of this backend. A new one joins the list of its family, or starts a family here. */
export const kernels: readonly Kernel[] = [
  ...unaryKernels,
  ...binaryKernels,
  ...castKernels,
  ...complexKernels,
  ...fillKernels,
  ...reduceKernels,
  ...shapeKernels,
  ...matMulKernels,
  ...padKernels,
  ...separableKernels,
  ...convKernels,
  ...tfjsConvKernels,
  ...optimizerKernels,
].map(forEveryDtype);
