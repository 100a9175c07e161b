import type { OpCase } from "../types.js";
import { bandCases } from "./bands.js";
import { binaryCases } from "./binary.js";
import { comparisonCases } from "./comparisons.js";
import { convolutionOpCases } from "./convolutions.js";
import { creationCases } from "./creation.js";
import { einsumCases } from "./einsum.js";
import { fourierCases } from "./fourier.js";
import { imageCases } from "./images.js";
import { optimizerCases } from "./optimizer-steps.js";
import { poolingCases } from "./pooling.js";
import { productCases } from "./products.js";
import { reductionCases } from "./reductions.js";
import { selectionCases } from "./selections.js";
import { shapeCases } from "./shapes.js";
import { softmaxCases } from "./softmax.js";
import { unaryCases } from "./unary.js";

/** Every op with every way it is tried. A new op of `tensor` gets its cases in one of these lists. */
export const opCases: readonly OpCase[] = [
  ...unaryCases,
  ...binaryCases,
  ...comparisonCases,
  ...reductionCases,
  ...shapeCases,
  ...selectionCases,
  ...productCases,
  ...einsumCases,
  ...convolutionOpCases,
  ...poolingCases,
  ...imageCases,
  ...softmaxCases,
  ...fourierCases,
  ...bandCases,
  ...optimizerCases,
  ...creationCases,
];
