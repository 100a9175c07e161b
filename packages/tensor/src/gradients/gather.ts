import { scatterAddBy } from "../ops/gather.js";
import { resolveAxis } from "../ops/shape.js";
import type { Tensor } from "../tensor-type.js";
import { registerGradient } from "./own-gradients.js";

registerGradient({
  kernelName: "GatherV2",
  inputsToSave: ["x", "indices"],
  gradFunc: (dy, [x, indices], attrs) => {
    const axis = resolveAxis(attrs.axis as number, x.rank);
    const batches = attrs.batchDims as number;
    const batchDims = batches < 0 ? batches + indices.rank : batches;
    return { x: () => scatterAddBy(dy as Tensor, indices, { axis, batchDims, extent: x.shape[axis] }) };
  },
});

// The values are gathered by the places, which have no gradient themselves.
registerGradient({
  kernelName: "TopK",
  inputsToSave: ["x"],
  outputsToSave: [false, true],
  gradFunc: (dys, [x, places]) => {
    const [dy] = dys as Tensor[];
    const axis = x.rank - 1;
    return { x: () => scatterAddBy(dy, places, { axis, batchDims: axis, extent: x.shape[axis] }) };
  },
});
