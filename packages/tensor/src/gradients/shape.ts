import { scalarLike, sumToShape } from "../ops/broadcast.js";
import { where } from "../ops/compare.js";
import { sum } from "../ops/reduce.js";
import { reshape, reverse, slice, transpose } from "../ops/shape.js";
import { run } from "../run.js";
import type { Tensor } from "../tensor-type.js";
import { registerGradient } from "./own-gradients.js";

registerGradient({
  kernelName: "Select",
  inputsToSave: ["condition", "t", "e"],
  gradFunc: (dy, [condition, t, e]) => ({
    condition: () => scalarLike(condition, 0),
    t: () => sumToShape(where(condition, dy as Tensor, 0), t.shape),
    e: () => sumToShape(where(condition, 0, dy as Tensor), e.shape),
  }),
});
registerGradient({
  kernelName: "Reshape",
  inputsToSave: ["x"],
  gradFunc: (dy, [x]) => ({ x: () => reshape(dy as Tensor, x.shape) }),
});
registerGradient({
  kernelName: "Identity",
  gradFunc: (dy) => ({ x: () => run("Identity", { x: dy as Tensor }) }),
});
registerGradient({
  kernelName: "Cast",
  gradFunc: (dy) => ({ x: () => run("Identity", { x: dy as Tensor }) }),
});
registerGradient({
  kernelName: "Transpose",
  gradFunc: (dy, _, attrs) => {
    const perm = attrs.perm as number[];
    const inverse = perm.map((_, i) => perm.indexOf(i));
    return { x: () => transpose(dy as Tensor, inverse) };
  },
});
registerGradient({
  kernelName: "Slice",
  inputsToSave: ["x"],
  gradFunc: (dy, [x], attrs) => {
    const begin = attrs.begin as number[];
    const size = attrs.size as number[];
    const paddings = x.shape.map((extent, i) => [begin[i], extent - begin[i] - size[i]] as [number, number]);
    return { x: () => run("PadV2", { x: dy as Tensor }, { paddings, constantValue: 0 }) };
  },
});
registerGradient({
  kernelName: "PadV2",
  inputsToSave: ["x"],
  gradFunc: (dy, [x], attrs) => {
    const begin = (attrs.paddings as [number, number][]).map(([before]) => before);
    return { x: () => slice(dy as Tensor, begin, x.shape) };
  },
});
registerGradient({
  kernelName: "Concat",
  saveAllInputs: true,
  gradFunc: (dy, xs, attrs) => {
    const axis = attrs.axis as number;
    let start = 0;
    const parts = xs.map((x) => {
      const begin = x.shape.map((_, i) => (i === axis ? start : 0));
      start += x.shape[axis];
      return () => slice(dy as Tensor, begin, x.shape);
    });
    return parts as unknown as Record<string, () => Tensor>;
  },
});
registerGradient({
  kernelName: "Tile",
  inputsToSave: ["x"],
  gradFunc: (dy, [x], attrs) => {
    const reps = attrs.reps as number[];
    // A repeated axis of extent 1 is the common case (broadcasting) and needs no reshaping.
    if (x.shape.every((extent, i) => extent === 1 || reps[i] === 1)) {
      return { x: () => sumToShape(dy as Tensor, x.shape) };
    }
    const split = x.shape.flatMap((extent, i) => [reps[i], extent]);
    const repAxes = x.shape.map((_, i) => 2 * i);
    return { x: () => sum(reshape(dy as Tensor, split), repAxes) };
  },
});
registerGradient({
  kernelName: "Reverse",
  gradFunc: (dy, _, attrs) => ({ x: () => reverse(dy as Tensor, attrs.dims as number[]) }),
});
