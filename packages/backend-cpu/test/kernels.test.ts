import { withDevice } from "@plenoptic/tensor";
import { type DataType, engine, type Tensor, tidy } from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import "../src/index.js";

type Dtype = "float32" | "int32" | "bool";

const sizeOf = (shape: readonly number[]) => shape.reduce((n, e) => n * e, 1);

function indexOf(position: number, shape: readonly number[]): number[] {
  const index = [...shape];
  for (let axis = shape.length - 1, rest = position; axis >= 0; axis--) {
    index[axis] = rest % shape[axis];
    rest = Math.floor(rest / shape[axis]);
  }
  return index;
}

const positionOf = (index: readonly number[], shape: readonly number[]) =>
  index.reduce((position, i, axis) => position * shape[axis] + i, 0);

/** Values that come several times, with both signs, in the range of the dtype. */
const valuesFor = (shape: readonly number[], dtype: Dtype) =>
  Array.from({ length: sizeOf(shape) }, (_, i) => {
    const v = ((i * 7919 + 13) % 101) - 50;
    return dtype === "bool" ? v & 1 : dtype === "int32" ? v : v / 4;
  });

function make(values: readonly number[], shape: readonly number[], dtype: Dtype): Tensor {
  const typed = dtype === "float32" ? Float32Array : dtype === "int32" ? Int32Array : Uint8Array;
  return engine().makeTensor(new typed(values), [...shape], dtype as DataType);
}

const run = (name: string, inputs: Record<string, Tensor>, attrs: object) =>
  engine().runKernel(name, inputs, attrs as never) as Tensor;

const extents = (rank: number, largest: number) =>
  fc.array(fc.integer({ min: 1, max: largest }), { minLength: rank, maxLength: rank });

const dtypes: readonly Dtype[] = ["float32", "int32", "bool"];

for (const precision of ["float32", "float64"] as const) {
  const onDevice = (body: () => void) =>
    withDevice({ device: "cpu", dtype: precision }, () => {
      const before = engine().backend.numDataIds();
      tidy(body);
      expect(engine().backend.numDataIds(), "blocks that are left behind").toBe(before);
    });
  const holds = (property: fc.IRawProperty<unknown>, numRuns = 60) =>
    onDevice(() => {
      fc.assert(property as fc.IProperty<unknown>, { numRuns });
    });

  describe(`kernels in ${precision}`, () => {
    it("Transpose puts every value in its place, whatever the axes", () => {
      const shapes = fc.integer({ min: 1, max: 5 }).chain((rank) =>
        fc.tuple(
          extents(rank, rank < 3 ? 40 : rank < 4 ? 19 : 6),
          fc.shuffledSubarray(
            Array.from({ length: rank }, (_, i) => i),
            { minLength: rank },
          ),
        ),
      );
      holds(
        fc.property(shapes, fc.constantFrom(...dtypes), ([shape, perm], dtype) => {
          const values = valuesFor(shape, dtype);
          const y = run("Transpose", { x: make(values, shape, dtype) }, { perm });
          const source = (position: number) => {
            const index = indexOf(position, y.shape);
            return positionOf(
              shape.map((_, axis) => index[perm.indexOf(axis)]),
              shape,
            );
          };
          expect([...y.dataSync()]).toEqual(values.map((_, position) => values[source(position)]));
        }),
        150,
      );
    });

    const folds: Record<
      string,
      { start: number; fold: (a: number, b: number) => number; of: readonly Dtype[] }
    > = {
      Max: { start: -Infinity, fold: Math.max, of: dtypes },
      Min: { start: Infinity, fold: Math.min, of: dtypes },
      Sum: { start: 0, fold: (a, b) => a + b, of: ["float32", "int32"] },
      Any: { start: 0, fold: (a, b) => a || b, of: ["bool"] },
      All: { start: 1, fold: (a, b) => a && b, of: ["bool"] },
    };
    it.each(Object.keys(folds))("%s over any axes", (name) => {
      const { start, fold, of } = folds[name];
      const ways = fc
        .integer({ min: 1, max: 4 })
        .chain((rank) =>
          fc.tuple(extents(rank, rank < 3 ? 40 : 7), fc.subarray(Array.from({ length: rank }, (_, i) => i))),
        );
      holds(
        fc.property(ways, fc.constantFrom(...of), fc.boolean(), ([shape, axis], dtype, keepDims) => {
          const values = valuesFor(shape, dtype);
          const kept = shape.map((e, i) => (axis.includes(i) ? 1 : e));
          const expected = new Array<number>(sizeOf(kept)).fill(start);
          values.forEach((v, position) => {
            const index = indexOf(position, shape).map((k, i) => (axis.includes(i) ? 0 : k));
            const at = positionOf(index, kept);
            expected[at] = fold(expected[at], v);
          });
          const y = run(name, { x: make(values, shape, dtype) }, { axis, reductionIndices: axis, keepDims });
          expect([...y.dataSync()]).toEqual(expected);
          expect(y.shape).toEqual(keepDims ? kept : shape.filter((_, i) => !axis.includes(i)));
        }),
      );
    });

    it("Prod of whole numbers wraps around", () => {
      onDevice(() => {
        const y = run("Prod", { x: make([65537, 65537, 65539, 2], [2, 2], "int32") }, { axis: [0] });
        expect([...y.dataSync()]).toEqual([Math.imul(65537, 65539), 131074]);
      });
    });

    it.each(["ArgMax", "ArgMin"])("%s finds the first that is not NaN", (name) => {
      const value = fc.oneof(
        fc.integer({ min: -4, max: 4 }),
        fc.constantFrom(Number.NaN, Infinity, -Infinity, -0),
      );
      holds(
        fc.property(fc.array(value, { minLength: 1, maxLength: 45 }), (row) => {
          const known = row.filter((v) => !Number.isNaN(v));
          const best = name === "ArgMax" ? Math.max(...known) : Math.min(...known);
          const y = run(name, { x: make(row, [row.length], "float32") }, { axis: 0 });
          expect(y.dataSync()[0]).toBe(Math.max(0, row.indexOf(best)));
        }),
        200,
      );
    });

    it.each(["Cumsum", "Cumprod"])("%s along any axis", (name) => {
      const ways = extents(3, 21).chain((shape) => fc.tuple(fc.constant(shape), fc.nat(2)));
      holds(
        fc.property(ways, fc.boolean(), fc.boolean(), ([shape, axis], exclusive, reverse) => {
          // Products of -1, 1 and 2 are exact; so are the sums.
          const values = valuesFor(shape, "int32").map((v) => (name === "Cumsum" ? v : [1, -1, 1, 2][v & 3]));
          const expected = values.map((_, position) => {
            const index = indexOf(position, shape);
            let total = name === "Cumsum" ? 0 : 1;
            for (let k = 0; k < shape[axis]; k++) {
              const isBefore = reverse ? k > index[axis] : k < index[axis];
              if (!isBefore && (exclusive || k !== index[axis])) continue;
              const v = values[positionOf(index.with(axis, k), shape)];
              total = name === "Cumsum" ? total + v : total * v;
            }
            return total;
          });
          for (const dtype of ["float32", "int32"] as const) {
            const y = run(name, { x: make(values, shape, dtype) }, { axis, exclusive, reverse });
            expect([...y.dataSync()]).toEqual(expected);
          }
        }),
      );
    });

    it.each(["reflect", "symmetric"] as const)("MirrorPad, %s, on any axes", (mode) => {
      const skip = mode === "reflect" ? 1 : 0;
      const ways = fc.integer({ min: 1, max: 4 }).chain((rank) =>
        fc.array(
          fc.integer({ min: 1, max: 6 }).chain((extent) => {
            const pad = fc.integer({ min: 0, max: extent - skip });
            return fc.tuple(fc.constant(extent), pad, pad);
          }),
          { minLength: rank, maxLength: rank },
        ),
      );
      holds(
        fc.property(ways, fc.constantFrom(...dtypes), (axes, dtype) => {
          const shape = axes.map(([extent]) => extent);
          const values = valuesFor(shape, dtype);
          const y = run(
            "MirrorPad",
            { x: make(values, shape, dtype) },
            { paddings: axes.map(([, before, after]) => [before, after]), mode },
          );
          const source = (i: number, [extent, before]: readonly number[]) => {
            const at = i - before;
            if (at < 0) return -at - 1 + skip;
            return at < extent ? at : 2 * extent - 1 - skip - at;
          };
          const expected = Array.from({ length: y.size }, (_, position) => {
            const index = indexOf(position, y.shape).map((i, axis) => source(i, axes[axis]));
            return values[positionOf(index, shape)];
          });
          expect([...y.dataSync()]).toEqual(expected);
        }),
      );
    });

    it("no kernel leaves a block of values behind", () => {
      const whole = (values: number[], shape = [values.length]) => make(values, shape, "int32");
      const x = (shape: number[], dtype: Dtype = "float32") => make(valuesFor(shape, dtype), shape, dtype);
      const calls: [string, () => Record<string, Tensor>, object][] = [
        ["Einsum", () => ({ 0: x([3, 4, 2]), 1: x([4, 5]) }), { equation: "abc,bd->da" }],
        [
          "SpaceToBatchND",
          () => ({ x: x([1, 4, 4, 2]) }),
          {
            blockShape: [2, 2],
            paddings: [
              [0, 2],
              [0, 0],
            ],
          },
        ],
        [
          "BatchToSpaceND",
          () => ({ x: x([4, 2, 2, 2]) }),
          {
            blockShape: [2, 2],
            crops: [
              [1, 0],
              [0, 0],
            ],
          },
        ],
        ["DepthToSpace", () => ({ x: x([1, 2, 2, 8]) }), { blockSize: 2, dataFormat: "NHWC" }],
        ["GatherNd", () => ({ params: x([3, 4]), indices: whole([0, 1, 2, 3], [2, 2]) }), {}],
        ["ScatterNd", () => ({ indices: whole([0, 1], [2, 1]), updates: x([2, 4]) }), { shape: [3, 4] }],
        [
          "TensorScatterUpdate",
          () => ({ tensor: x([3, 4]), indices: whole([2], [1, 1]), updates: x([1, 4]) }),
          {},
        ],
        ["UnsortedSegmentSum", () => ({ x: x([3, 4]), segmentIds: whole([1, 0, 1]) }), { numSegments: 2 }],
        ["TopK", () => ({ x: x([3, 4], "bool") }), { k: 2, sorted: true }],
        ["ArgMax", () => ({ x: x([3, 4, 2]) }), { axis: 0 }],
        ["Mean", () => ({ x: x([3, 4, 2], "int32") }), { axis: [1], keepDims: false }],
        ["Unique", () => ({ x: x([3, 4]) }), { axis: 1 }],
        ["Bincount", () => ({ x: whole([1, 2, 1]), weights: x([0]) }), { size: 3 }],
      ];
      for (const [name, inputs, attrs] of calls) {
        withDevice({ device: "cpu", dtype: precision }, () => {
          const { backend } = engine();
          const before = backend.numDataIds();
          const made = inputs();
          const y = [run(name, made, attrs)].flat();
          for (const t of [...Object.values(made), ...y]) t.dispose();
          expect(backend.numDataIds(), name).toBe(before);
        });
      }
      onDevice(() => {
        const tuples = whole([5], [1, 1]);
        expect(() => run("GatherNd", { params: x([2]), indices: tuples }, {})).toThrow(
          /index 5 is outside axis 0/,
        );
      });
    });

    it("Multinomial draws each outcome as often as its weight says, the same for the same seed", () => {
      onDevice(() => {
        const weights = [0.1, 0.25, 0.05, 0.6];
        const logits = make(weights.map(Math.log), [1, 4], "float32");
        const draw = (seed: number) =>
          run("Multinomial", { logits }, { numSamples: 20_000, seed, normalized: false }).dataSync();
        const [first, again, other] = [draw(3), draw(3), draw(4)];
        expect([...again]).toEqual([...first]);
        expect([...other]).not.toEqual([...first]);
        weights.forEach((weight, k) => {
          const share = first.filter((v) => v === k).length / 20_000;
          // Five standard deviations.
          expect(Math.abs(share - weight)).toBeLessThan(5 * Math.sqrt((weight * (1 - weight)) / 20_000));
        });
      });
    });
  });
}
