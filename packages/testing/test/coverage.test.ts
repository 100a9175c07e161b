import * as tensor from "@plenoptic/tensor";
import { describe, expect, it } from "vitest";
import { kernelCalls, opCases } from "../src/conformance/index.js";

/** What `tensor` exports beside ops. A new export is either listed here or has cases in `src/conformance/ops`. */
const notOps = new Set([
  ...["activeDevice", "availableDevices", "canReadAtOnce", "deviceOf", "registerBackend", "useBackend"],
  ...["chooseDevice", "describeDevice", "inScope", "numbersOf", "runCoroutine", "valuesOf"],
  ...["withDevice", "tidy", "keep", "dispose", "memory", "read", "readSync", "toDevice"],
  ...["grad", "gradientOf", "valueAndGrad", "valueAndGrads", "run", "declareOp", "declaredOps"],
  ...["invalidArgument", "nearest", "warn", "setWarningHandler", "PerDevice"],
  ...["getRandomState", "setRandomState", "setSeed", "uniformNumbers"],
]);

const isErrorClass = (value: unknown) => typeof value === "function" && value.prototype instanceof Error;

describe("the kit is complete", () => {
  it("has cases for every op that tensor exports", () => {
    const covered = new Set(opCases.flatMap(({ ops }) => ops));
    const exported = Object.entries(tensor)
      .filter(([name, value]) => typeof value === "function" && !isErrorClass(value) && !notOps.has(name))
      .map(([name]) => name);
    expect(exported.filter((name) => !covered.has(name))).toEqual([]);
    expect([...covered].filter((name) => !exported.includes(name))).toEqual([]);
  });

  it("differentiates every op that has a gradient", () => {
    // A rounded number has steps in place of slopes: its gradient is that of what is rounded.
    const flat =
      /^(equal|notEqual|less|greater|logical|is[A-Z]|all$|any$|zeros|ones|full|rand|tensor$|scalar$|linspace$|cast$|detach$|adamStep$|roundTo|sgdStep$|twoLoops$|argM|oneHot$)/;
    const differentiated = new Set(
      opCases.filter(({ differentiate }) => differentiate?.length).flatMap(({ ops }) => ops),
    );
    const all = opCases.flatMap(({ ops }) => ops).filter((name) => !flat.test(name));
    expect([...new Set(all)].filter((name) => !differentiated.has(name))).toEqual([]);
  });

  it("calls every kernel of ours", () => {
    const called = new Set(kernelCalls.map(({ kernel }) => kernel));
    expect([...tensor.declaredOps().keys()].filter((name) => !called.has(name))).toEqual([]);
  });

  it("names each case once", () => {
    const names = [
      ...opCases.map(({ ops, title }) => `${ops.join(", ")} ${title}`),
      ...kernelCalls.map(({ kernel, title }) => `${kernel} ${title}`),
    ];
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });
});
