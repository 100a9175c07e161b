import { run } from "../run.js";
import type { Tensor } from "../tensor-type.js";
import { registerGradient } from "./own-gradients.js";

// A value is part of all sums behind it: its gradient is the sum of theirs.
registerGradient({
  kernelName: "Cumsum",
  gradFunc: (dy, _, { axis, exclusive, reverse }) => ({
    x: () => run("Cumsum", { x: dy as Tensor }, { axis, exclusive, reverse: !reverse }),
  }),
});
