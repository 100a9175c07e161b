import { type ComplexPair, type PadMode, type Tensor, tensor } from "@plenoptic/tensor";
import {
  blurDownsample,
  correlateDownsample,
  LaplacianPyramid,
  localGainControl,
  localGainControlDict,
  localGainRelease,
  localGainReleaseDict,
  namedFilter,
  type Odd,
  polarToRectangularDict,
  rectangularToPolarDict,
  upsampleBlur,
  upsampleConvolve,
} from "../src/index.js";
import { type ArrayText, picture, type ReferenceCase } from "./reference-cases.js";

const padModes: PadMode[] = ["reflect", "circular", "replicate", "constant"];
const filterSizes: [number, number][] = [
  [1, 1],
  [1, 2],
  [2, 3],
  [3, 4],
  [5, 6],
  [7, 5],
];

const ownFilters = filterSizes.flatMap((size) =>
  padModes.flatMap((mode): ReferenceCase[] => {
    const filt = picture(size, 4);
    return [
      {
        name: "correlate_downsample",
        inputs: [picture([2, 3, 7, 8]), filt],
        options: { padding_mode: mode },
        ours: (x: Tensor, f: Tensor) => correlateDownsample(x, f, mode),
      },
      ...[
        [0, 0],
        [1, 0],
        [0, 1],
        [1, 1],
      ].map(
        (odd): ReferenceCase => ({
          name: "upsample_convolve",
          inputs: [picture([2, 2, 4, 5]), odd, filt],
          options: { padding_mode: mode },
          ours: (x: Tensor, o: Odd, f: Tensor) => upsampleConvolve(x, o, f, mode),
        }),
      ),
    ];
  }),
);

const filterNames = [
  ...["haar", "qmf5", "qmf8", "qmf9", "qmf12", "qmf13", "qmf16"],
  ...["daub2", "daub3", "daub4", "gauss3", "gauss5", "binom2", "binom3", "binom5", "binom12"],
];

const named = filterNames.flatMap((filtname): ReferenceCase[] => [
  {
    name: "named_filter",
    inputs: [filtname],
    gradient: false,
    // pyrtools has columns.
    ours: (name: string) => tensor(Array.from(namedFilter(name), (tap) => [tap])),
  },
  {
    name: "blur_downsample",
    inputs: [picture([1, 2, 18, 21])],
    options: { filtname, scale_filter: false },
    ours: (x: Tensor) => blurDownsample(x, { filtname, scaleFilter: false }),
  },
  {
    name: "upsample_blur",
    inputs: [picture([1, 2, 9, 10]), [1, 0]],
    options: { filtname },
    ours: (x: Tensor, odd: Odd) => upsampleBlur(x, odd, { filtname }),
  },
]);

const scales: ReferenceCase[] = [
  {
    name: "blur_downsample",
    inputs: [picture([2, 1, 33, 20])],
    options: { n_scales: 3 },
    ours: (x: Tensor) => blurDownsample(x, { nScales: 3 }),
  },
  {
    name: "upsample_blur",
    inputs: [picture([1, 1, 5, 4]), [1, 0]],
    options: { n_scales: 2 },
    ours: (x: Tensor, odd: Odd) => upsampleBlur(x, odd, { nScales: 2 }),
  },
];

const pyramids = (
  [
    [[1, 1, 32, 48], 4, false],
    [[2, 3, 21, 38], 3, true],
    [[1, 1, 9, 7], 1, false],
  ] as [number[], number, boolean][]
).flatMap(([shape, nScales, scaleFilter]): ReferenceCase[] => {
  const pyramid = new LaplacianPyramid({ nScales, scaleFilter });
  const sizes = Array.from({ length: nScales }, (_, n) => shape.slice(-2).map((e) => Math.ceil(e / 2 ** n)));
  const make = { n_scales: nScales, scale_filter: scaleFilter };
  return [
    {
      name: "LaplacianPyramid.forward",
      make,
      inputs: [picture(shape)],
      ours: (x: Tensor) => pyramid.forward(x),
    },
    {
      name: "LaplacianPyramid.recon_pyr",
      make,
      inputs: [{ list: sizes.map((size, n) => picture([...shape.slice(0, 2), ...size], n + 1)) }],
      ours: (y: Tensor[]) => pyramid.reconPyr(y),
    },
  ];
});

const gains = (
  [
    [1, 2, 8, 9],
    [2, 1, 3, 7, 6],
  ] as number[][]
).flatMap((shape) =>
  (["real", "complex"] as const).flatMap((kind): ReferenceCase[] => [
    {
      name: "local_gain_control",
      inputs: [picture(shape, 2, kind), 1e-3],
      ours: (x: Tensor, epsilon: number) => localGainControl(x, epsilon),
    },
    {
      name: "local_gain_release",
      inputs: [
        picture([...shape.slice(0, -2), ...shape.slice(-2).map((e) => Math.ceil(e / 2))]),
        picture(shape, 2, kind),
      ],
      ours: (norm: Tensor, direction: Tensor) => localGainRelease(norm, direction),
    },
  ]),
);

/** A pyramid's coefficients, with residuals before and behind as the reference has them. */
function coefficients(
  kind: "real" | "complex",
  bandSize: (scale: number) => number[],
): [number | string, ArrayText][] {
  return [
    ["residual_highpass", picture([1, 1, 12, 8], 21)],
    [0, picture([1, 1, 2, ...bandSize(0)], 22, kind)],
    [1, picture([1, 1, 2, ...bandSize(1)], 23, kind)],
    ["residual_lowpass", picture([1, 1, 3, 4], 24)],
  ];
}
const whole = (scale: number) => [12 >> scale, 8 >> scale];
const halved = (scale: number) => [6 >> scale, 4 >> scale];
const bandsOnly = (mapping: [number | string, ArrayText][]) =>
  mapping.filter(([key]) => typeof key === "number");
const positive = ({ shape, real }: ArrayText): ArrayText => ({ shape, real: real.map(Math.abs) });

type Bands = Map<number | string, Tensor>;
type ComplexBands = Map<number | string, ComplexPair>;

const dictionaries = [undefined, true, false].flatMap((residuals): ReferenceCase[] => {
  const options = residuals === undefined ? {} : { residuals };
  const [real, complex] = [coefficients("real", whole), coefficients("complex", whole)];
  return [
    {
      name: "rectangular_to_polar_dict",
      inputs: [{ mapping: complex }],
      options,
      ours: (c: ComplexBands) => rectangularToPolarDict(c, options),
    },
    {
      name: "local_gain_control_dict",
      inputs: [{ mapping: real }],
      options,
      ours: (c: Bands) => localGainControlDict(c, options),
    },
    {
      name: "local_gain_release_dict",
      inputs: [{ mapping: coefficients("real", halved) }, { mapping: bandsOnly(real) }],
      options,
      ours: (energy: Bands, state: Bands) => localGainReleaseDict(energy, state, options),
    },
  ];
});

const toRectangular = [true, false].map((residuals): ReferenceCase => {
  const energy = coefficients("real", whole).map(([key, a]): [typeof key, ArrayText] => [key, positive(a)]);
  return {
    name: "polar_to_rectangular_dict",
    inputs: [
      { mapping: residuals ? energy : bandsOnly(energy) },
      { mapping: bandsOnly(coefficients("real", whole)) },
    ],
    ours: (amplitudes: Bands, phases: Bands) => polarToRectangularDict(amplitudes, phases),
  };
});

export const resamplingCases: readonly ReferenceCase[] = [
  ...ownFilters,
  ...named,
  ...scales,
  ...pyramids,
  ...gains,
  ...dictionaries,
  ...toRectangular,
];
