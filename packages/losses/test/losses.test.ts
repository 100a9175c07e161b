import {
  dispose,
  grad,
  readSync,
  ShapeError,
  type Tensor,
  tensor,
  tidy,
  useBackend,
  ValidationError,
  valueAndGrad,
} from "@plenoptic/tensor";
import {
  boundFor,
  checkGradient,
  describeDevices,
  expectClose,
  goldenOrSkip,
  hasGoldens,
  skipReason,
  spreadNumbers,
  withoutLeak,
} from "@plenoptic/testing";
import { beforeAll, describe, expect, it } from "vitest";
import { l2Norm, mse, penalizeRange, relativeSse } from "../src/index.js";

describe.skipIf(!hasGoldens())(`goldens (${skipReason})`, () => {
  describeDevices("losses", (device) => {
    const bound = boundFor(device);
    const golden = goldenOrSkip("losses");
    const load = (key: string) => tensor(golden.array(key).values as Float64Array, golden.array(key).shape);
    it.each([
      ["mse", mse],
      ["l2_norm", l2Norm],
      ["relative_sse", relativeSse],
    ] as const)("%s and its gradient", (key, loss) => {
      const { value, grad: slope } = valueAndGrad((x) => loss(x, load("b")))(load("a"));
      expectClose(readSync(value), golden.array(key), bound, key);
      expectClose(readSync(slope), golden.array(`${key}_grad`), bound, `${key} gradient`);
    });
    it("penalize_range and its gradient, and with other bounds", () => {
      const { value, grad: slope } = valueAndGrad((x) => penalizeRange(x))(load("c"));
      expectClose(readSync(value), golden.array("penalize_range"), bound);
      expectClose(readSync(slope), golden.array("penalize_range_grad"), bound);
      const other = penalizeRange(load("c"), { allowedRange: [-0.1, 0.5] });
      expectClose(readSync(other), golden.array("penalize_range_-0.1_0.5"), bound);
    });
  });
});

describe("properties", () => {
  beforeAll(async () => {
    await useBackend("cpu", { dtype: "float64" });
  });
  const y = () => tensor(spreadNumbers(12, -1, 1, 2), [3, 4]);
  const losses: Record<string, (x: Tensor) => Tensor> = {
    mse: (x) => mse(x, y()),
    l2Norm: (x) => l2Norm(x, y()),
    relativeSse: (x) => relativeSse(x, y()),
    penalizeRange: (x) => penalizeRange(x, { allowedRange: [-0.2, 0.3] }),
  };
  for (const [name, loss] of Object.entries(losses)) {
    it(`${name}: derivatives of first and second order`, () => {
      checkGradient(
        loss,
        { values: spreadNumbers(12, -1, 1, 3), shape: [3, 4] },
        { bound: 1e-8, label: name },
      );
    });
    it(`${name}: leaves no tensor behind`, () => {
      withoutLeak(() => {
        const x = tensor(spreadNumbers(12), [3, 4]);
        dispose(
          tidy(() => loss(x)),
          x,
        );
      });
    });
  }
  it("are 0 for equal representations, with gradient 0", () => {
    for (const loss of [mse, l2Norm, relativeSse]) {
      expect(readSync(loss(y(), y()))[0]).toBe(0);
      expect([...readSync(grad((x) => loss(x, y()))(y()))].every((v) => v === 0)).toBe(true);
    }
    expect(readSync(penalizeRange(tensor([0, 0.5, 1])))[0]).toBe(0);
  });
  it("penalizeRange pays the squared distance and its slope outside, nothing on the bounds", () => {
    const slope = (values: number[], allowedRange: [number, number]) => {
      const penalty = (x: Tensor) => penalizeRange(x, { allowedRange });
      const { value, grad: g } = valueAndGrad(penalty)(tensor(values));
      return [readSync(value)[0], ...readSync(g)];
    };
    expect(slope([-1, 0, 0.5, 1, 3], [0, 1])).toEqual([5, -2, 0, 0, 0, 4]);
    expect(slope([-1, 3], [Number.NEGATIVE_INFINITY, 1])).toEqual([4, 0, 4]);
    expect(slope([-1, 3], [0, Number.POSITIVE_INFINITY])).toEqual([1, -2, 0]);
    expect(slope([-1, 3], [2, 2])).toEqual([10, -6, 2]);
    expect(readSync(penalizeRange(tensor([Number.NaN, 0])))[0]).toBeNaN();
  });
  it("keep the names by which they are saved", () => {
    const names = [l2Norm, mse, penalizeRange, relativeSse].map((f) => f.name);
    expect(names).toEqual(["l2Norm", "mse", "penalizeRange", "relativeSse"]);
  });
  it("complain about shapes and bounds", () => {
    expect(() => mse(tensor([1, 2]), tensor([1, 2, 3]))).toThrow(ShapeError);
    expect(() => penalizeRange(y(), { allowedRange: [1, 0] })).toThrow(ValidationError);
    expect(() => penalizeRange(y(), { allowedRange: [Number.NaN, 1] })).toThrow(/allowedRange/);
  });
});
