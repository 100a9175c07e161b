import type { ComplexPair, Tensor } from "@plenoptic/tensor";
import {
  addNoise,
  autocorrelation,
  centerCrop,
  expand,
  kurtosis,
  type MomentOptions,
  modulatePhase,
  polarToRectangular,
  rectangularToPolar,
  rescale,
  shrink,
  skew,
  variance,
} from "../src/index.js";
import { picture, type ReferenceCase } from "./reference-cases.js";

const resizes: [name: "expand" | "shrink", size: [number, number], factor: number][] = [
  ["expand", [8, 12], 2],
  ["expand", [8, 12], 1.5],
  ["expand", [4, 6], 3],
  ["expand", [5, 7], 2],
  ["expand", [5, 7], 3],
  ["expand", [6, 5], 2],
  ["expand", [5, 6], 3],
  ["expand", [6, 10], 1.5],
  ["expand", [8, 6], 1.5],
  ["expand", [2, 2], 2],
  ["expand", [1, 4], 3],
  ["expand", [3, 1], 5],
  ["shrink", [16, 12], 2],
  ["shrink", [16, 24], 4],
  ["shrink", [12, 18], 1.5],
  ["shrink", [6, 10], 2],
  ["shrink", [6, 8], 2],
  ["shrink", [15, 9], 3],
  ["shrink", [15, 12], 3],
  ["shrink", [9, 6], 1.5],
  ["shrink", [15, 10], 2.5],
  ["shrink", [4, 6], 4 / 3 + 2 / 3],
  ["shrink", [3, 6], 3],
  ["shrink", [4, 4], 4],
];

const resizeCases = resizes.flatMap(([name, size, factor]) =>
  (["real", "complex"] as const).flatMap((kind) =>
    [size, [2, 3, ...size]].map(
      (shape): ReferenceCase => ({
        name,
        inputs: [picture(shape, 3, kind), factor],
        ours: (x: Tensor, by: number) => (name === "expand" ? expand : shrink)(x, by),
      }),
    ),
  ),
);

const moments = Object.entries({ variance, skew, kurtosis }).flatMap(([name, moment]) => {
  const x = picture([2, 3, 4, 5], 7);
  const cases: [Record<string, unknown>, MomentOptions][] = [
    [{}, {}],
    [{ dim: [2, 3] }, { axes: [2, 3] }],
    [
      { dim: -1, keepdim: true },
      { axes: -1, keepDims: true },
    ],
    [
      { dim: [0, 3], keepdim: false, mean: 0.25 },
      { axes: [0, 3], mean: 0.25 },
    ],
  ];
  return cases.map(
    ([options, ours]): ReferenceCase => ({
      name,
      inputs: [x],
      options,
      ours: (t: Tensor) => moment(t, ours),
    }),
  );
});

export const signalCases: readonly ReferenceCase[] = [
  ...resizeCases,
  ...moments,
  ...[
    [6, 8],
    [5, 4],
    [2, 1, 7, 10],
  ].map(
    (shape): ReferenceCase => ({
      name: "autocorrelation",
      inputs: [picture(shape, 5)],
      ours: (x: Tensor) => autocorrelation(x),
    }),
  ),
  ...[
    [6, 5],
    [2, 1, 7, 7],
    [4, 3],
  ].map(
    (shape): ReferenceCase => ({
      name: "autocorrelation",
      inputs: [picture(shape, 5)],
      ours: (x: Tensor) => autocorrelation(x, { oddWidth: "plenoptic" }),
    }),
  ),
  ...[1, 2, 3, 4, 5].map(
    (size): ReferenceCase => ({
      name: "center_crop",
      inputs: [picture([2, 5, 6], 6), size],
      ours: (x: Tensor, n: number) => centerCrop(x, n),
    }),
  ),
  ...[2, 1, 0, -1, 3, 0.5].map(
    (factor): ReferenceCase => ({
      name: "modulate_phase",
      inputs: [picture([3, 4, 5], 8, "complex"), factor],
      ours: (z: ComplexPair, f: number) => modulatePhase(z, f),
    }),
  ),
  ...[{}, { a: -2, b: 3 }, { a: 1, b: -1 }].map(
    (options): ReferenceCase => ({
      name: "rescale",
      inputs: [picture([2, 3, 4], 9)],
      options,
      ours: (x: Tensor) => rescale(x, { min: options.a, max: options.b }),
    }),
  ),
  {
    name: "rescale",
    inputs: [{ shape: [3], real: [2, 2, 2] }],
    options: { a: 3 },
    gradient: false,
    ours: (x: Tensor) => rescale(x, { min: 3 }),
  },
  {
    name: "rectangular_to_polar",
    inputs: [picture([3, 4], 10, "complex")],
    ours: rectangularToPolar,
  },
  {
    name: "rectangular_to_polar",
    inputs: [picture([3, 4], 10)],
    ours: rectangularToPolar,
  },
  {
    name: "polar_to_rectangular",
    inputs: [{ shape: [4], real: [0, 1, 2, 0.5] }, picture([4], 12)],
    ours: polarToRectangular,
  },
  ...(
    [
      [[1, 1, 8, 9], 0.1],
      [[2, 3, 5, 6], 2],
      [
        [1, 2, 5, 6],
        [0.01, 0.1, 1],
      ],
      [
        [2, 1, 4, 6],
        [0.5, 0],
      ],
    ] as [number[], number | number[]][]
  ).map(
    ([shape, mse]): ReferenceCase => ({
      name: "add_noise",
      inputs: [picture(shape, 11), mse],
      dtype: "float32",
      seed: 3,
      // The generator has moved on when ours runs again.
      gradient: false,
      ours: addNoise,
    }),
  ),
];
