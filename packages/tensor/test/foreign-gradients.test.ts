import "@plenoptic/backend-cpu";
import { getGradient, registerGradient } from "@tensorflow/tfjs-core";
import { afterEach, expect, it } from "vitest";
import { grad, readSync, square, sum, tensor } from "../src/index.js";

const ours = getGradient("Square");
afterEach(() => registerGradient(ours));

const foreign = { kernelName: "Square", gradFunc: () => ({ x: () => tensor([7, 7]) }) };

it("a gradient that somebody else registers is neither used by ours nor lost", () => {
  registerGradient(foreign);
  const cube = (x: ReturnType<typeof tensor>) => sum(square(square(x)));
  const slope = grad(cube);
  expect([...readSync(slope(tensor([1, 2])))]).toEqual([4, 32]);
  expect([...readSync(grad((x) => sum(slope(x)))(tensor([1, 2])))]).toEqual([12, 48]);
  expect(getGradient("Square")).toBe(foreign);
});

it("it is put back after an error, too", () => {
  registerGradient(foreign);
  const broken = () => {
    throw new Error("broken");
  };
  expect(() => grad(broken)(tensor([1, 2]))).toThrow("broken");
  expect(getGradient("Square")).toBe(foreign);
});
