import { div, mul } from "../ops/binary.js";
import { equal } from "../ops/compare.js";
import { resolveAxes, sum } from "../ops/reduce.js";
import { broadcastTo, cast, reshape } from "../ops/shape.js";
import type { Tensor } from "../tensor-type.js";
import { registerGradient } from "./own-gradients.js";

function keptShape(shape: readonly number[], axes: readonly number[]): number[] {
  return shape.map((extent, i) => (axes.includes(i) ? 1 : extent));
}

/** Repeats what was reduced along the axes it was reduced over. */
function spread(y: Tensor, x: Tensor, attrs: Record<string, unknown>): Tensor {
  const axes = resolveAxes(attrs.axis as number[], x.rank);
  return broadcastTo(reshape(y, keptShape(x.shape, axes)), x.shape);
}

registerGradient({
  kernelName: "Sum",
  inputsToSave: ["x"],
  gradFunc: (dy, [x], attrs) => ({ x: () => spread(dy as Tensor, x, attrs) }),
});

registerGradient({
  kernelName: "Mean",
  inputsToSave: ["x"],
  gradFunc: (dy, [x], attrs) => ({
    x: () => spread(div(dy as Tensor, x.size / (dy as Tensor).size), x, attrs),
  }),
});

for (const kernelName of ["Max", "Min"]) {
  registerGradient({
    kernelName,
    inputsToSave: ["x"],
    outputsToSave: [true],
    gradFunc: (dy, [x, y], attrs) => ({
      x: () => {
        const isExtreme = cast(equal(x, spread(y, x, attrs)), "float32");
        const shared = div(isExtreme, sum(isExtreme, attrs.axis as number[], true));
        return mul(shared, spread(dy as Tensor, x, attrs));
      },
    }),
  });
}
