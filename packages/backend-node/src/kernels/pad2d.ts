import { kernelNames, type Padding, type Tensor } from "@plenoptic/tensor";
import { execute, int32Tensor, stringAttr, typeAttr } from "../tensorflow.js";
import { compose, type NodeKernel } from "./kernel.js";

/** MirrorPad or its adjoint, which TensorFlow calls its gradient, over the last two of four axes. */
function mirrorPad(name: "MirrorPad" | "MirrorPadGrad", x: Tensor, [top, bottom, left, right]: Padding) {
  const paddings = int32Tensor([0, 0, 0, 0, top, bottom, left, right], [4, 2]);
  const attrs = [typeAttr("T"), typeAttr("Tpaddings", "int32"), stringAttr("mode", "REFLECT")];
  return execute(name, attrs, [x, paddings]);
}

export const pad2d: NodeKernel<kernelNames.Pad2dAttrs> = {
  name: kernelNames.Pad2d,
  run: ({ x }, attrs) =>
    attrs.mode === "reflect"
      ? mirrorPad("MirrorPad", x, attrs.padding)
      : compose(kernelNames.Pad2d, { x }, attrs),
};

export const pad2dAdjoint: NodeKernel<kernelNames.Pad2dAdjointAttrs> = {
  name: kernelNames.Pad2dAdjoint,
  run: ({ dy }, attrs) =>
    attrs.mode === "reflect"
      ? mirrorPad("MirrorPadGrad", dy, attrs.padding)
      : compose(kernelNames.Pad2dAdjoint, { dy }, attrs),
};
