import { kernelNames, mul } from "@plenoptic/tensor";
import { execute, typeAttr } from "../tensorflow.js";
import type { NodeKernel } from "./kernel.js";

/** L2Loss is half the sum of squares, in one pass. */
export const sumSquares: NodeKernel<object> = {
  name: kernelNames.SumSquares,
  run: ({ x }) => mul(execute("L2Loss", [typeAttr("T")], [x]), 2),
};
