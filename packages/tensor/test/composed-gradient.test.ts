import "@plenoptic/backend-cpu";
import { declareOp, mul, onesLike, readSync, run, square, tensor, useBackend } from "@plenoptic/tensor";
import { describe, expect, it } from "vitest";
import { gradientOf } from "../src/gradients/composed-gradient.js";

describe("gradients by differentiating a composition", () => {
  declareOp({
    kernelName: "TestSlopeOfCube",
    compose: ({ x }) => gradientOf((y) => [mul(square(y), y)], [x], [onesLike(x)])[0],
  });

  it("are found within a kernel too, where compositions run on backends without that kernel", async () => {
    await useBackend("cpu", { dtype: "float64" });
    const x = tensor([-1, 0, 2]);
    expect([...readSync(run("TestSlopeOfCube", { x }))]).toEqual([3, 0, 12]);
    expect([...readSync(gradientOf((y) => [square(y)], [x], [onesLike(x)])[0])]).toEqual([-2, 0, 4]);
  });
});
