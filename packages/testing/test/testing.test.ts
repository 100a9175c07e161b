import { mul, readSync, setWarningHandler, square, sum, tensor, warn } from "@plenoptic/tensor";
import { describe, expect, it } from "vitest";
import {
  boundFor,
  checkGradient,
  collectWarnings,
  describeDevices,
  expectClose,
  goldenNames,
  goldenOrSkip,
  gradientErrors,
  hasGoldens,
  parseSafetensors,
  relativeError,
  withoutLeak,
} from "../src/index.js";

function safetensors(): Uint8Array {
  const header = new TextEncoder().encode(
    JSON.stringify({
      __metadata__: { case: '{"what":"test"}' },
      a: { dtype: "F32", shape: [1], data_offsets: [0, 4] },
      b: { dtype: "F64", shape: [2], data_offsets: [4, 20] },
    }),
  );
  const bytes = new Uint8Array(8 + header.length + 20);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(header.length), true);
  bytes.set(header, 8);
  view.setFloat32(8 + header.length, 0.5, true);
  view.setFloat64(12 + header.length, 0.1, true);
  view.setFloat64(20 + header.length, -3, true);
  return bytes;
}

describe("goldens", () => {
  it("reads arrays at any offset, of both precisions, and the metadata", () => {
    const { arrays, metadata } = parseSafetensors(safetensors());
    expect(arrays.get("a")).toEqual({ shape: [1], dtype: "float32", values: new Float32Array([0.5]) });
    expect(arrays.get("b")).toEqual({ shape: [2], dtype: "float64", values: new Float64Array([0.1, -3]) });
    expect(metadata).toEqual({ case: '{"what":"test"}' });
  });

  describe.skipIf(!hasGoldens())("in the shared folder (needs ../shared/goldens)", () => {
    it("are found and say how they were made", () => {
      const golden = goldenOrSkip<{ what: string }>("losses");
      expect(golden.case.what).toContain("losses");
      expect(golden.array("a").shape).toEqual([1, 1, 64, 64]);
      expect(() => golden.array("nothing")).toThrow('has no "nothing"');
      expect(goldenNames("rng")).toEqual(["rng"]);
    });
  });
});

describe("relativeError", () => {
  it("is the largest difference over the largest expected value", () => {
    expect(relativeError([1, 2, 4.5], [1, 2, 4])).toBe(0.125);
    expect(relativeError([1, 2], [1, 2])).toBe(0);
  });

  it("is infinite for NaN against a number, other lengths, and anything against zeros", () => {
    expect(relativeError([1, Number.NaN], [1, 2])).toBe(Number.POSITIVE_INFINITY);
    expect(relativeError([1], [1, 2])).toBe(Number.POSITIVE_INFINITY);
    expect(relativeError([1e-30], [0])).toBe(Number.POSITIVE_INFINITY);
    expect(relativeError([Number.NaN], [Number.NaN])).toBe(0);
  });

  it("expectClose fails beyond the bound and for another shape", () => {
    expectClose([1, 2.001], [1, 2], 1e-3);
    expect(() => expectClose([1, 2.001], [1, 2], 1e-4, "pair")).toThrow("pair: relative error");
    expect(() => expectClose([1, Number.NaN], [1, 2], 1)).toThrow("relative error Infinity");
    expect(() => expectClose([1], [1, 2], 1)).toThrow();
    const golden = { shape: [2, 1], values: [1, 2] };
    expect(() => expectClose({ shape: [1, 2], values: [1, 2] }, golden, 1)).toThrow("shape");
  });
});

describeDevices("devices", (device) => {
  it("are the default in the test, with their precision", () => {
    const x = tensor([0.1]);
    expect(readSync(x)[0]).toBe(device.dtype === "float64" ? 0.1 : Math.fround(0.1));
    expect(boundFor(device)).toBe(device.dtype === "float64" ? 1e-10 : 2e-5);
    x.dispose();
  });
});

describe("gradient check", () => {
  const x = { values: [0.5, -1.5, 2], shape: [3] };

  it("passes a right gradient and a linear function", () => {
    checkGradient((t) => mul(square(t), t), x, { bound: 1e-9 });
    checkGradient((t) => sum(t), x, { bound: 1e-9 });
  });

  it("sees a slope that is not there", () => {
    // The value depends on the second factor as well, the gradient does not know.
    const wrong = (t: ReturnType<typeof tensor>) => mul(t, tensor(Float64Array.from(readSync(t)), t.shape));
    expect(gradientErrors(wrong, x).first).toBeGreaterThan(0.1);
    expect(() => checkGradient(wrong, x)).toThrow("central differences");
  });
});

describeDevices("withoutLeak", () => {
  it("accepts what is returned and refuses what is left", async () => {
    const kept = withoutLeak(() => ({ list: [tensor([1])], name: "x" }));
    kept.list[0].dispose();
    const left: ReturnType<typeof tensor>[] = [];
    expect(() =>
      withoutLeak(() => {
        left.push(tensor([1]));
      }),
    ).toThrow("left behind");
    await expect(
      withoutLeak(async () => {
        left.push(tensor([1]));
      }),
    ).rejects.toThrow("left behind");
    for (const x of left) x.dispose();
  });
});

describe("collectWarnings", () => {
  it("hears warnings, and puts the handler back even after an error", async () => {
    const outer: string[] = [];
    const before = setWarningHandler((_, message) => outer.push(message));
    const { result, warnings } = await collectWarnings(async () => {
      warn("test", "heard");
      return 7;
    });
    await expect(
      collectWarnings(() => {
        throw new Error("broken");
      }),
    ).rejects.toThrow("broken");
    warn("test", "outside");
    setWarningHandler(before);
    expect(result).toBe(7);
    expect(warnings).toEqual([{ category: "test", message: "heard" }]);
    expect(outer).toEqual(["outside"]);
  });
});
