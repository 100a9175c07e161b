import {
  blurDownsample,
  centerCrop,
  correlateDownsample,
  expand,
  LaplacianPyramid,
  localGainControl,
  localGainControlDict,
  localGainRelease,
  modulatePhase,
  polarToRectangular,
  rectangularToPolarDict,
  shrink,
  upsampleBlur,
  upsampleConvolve,
} from "../src/index.js";
import { picture, type ReferenceCase } from "./reference-cases.js";

const image = picture([1, 1, 6, 8]);
const small = picture([1, 1, 2, 2]);
const bands = { mapping: [[0, picture([1, 1, 4, 4])]] };

/** What the reference throws at, too. */
export const refusedCases: readonly ReferenceCase[] = [
  ...[7, 0, -1, 2.5].map(
    (size): ReferenceCase => ({
      name: "center_crop",
      inputs: [image, size],
      ours: centerCrop,
    }),
  ),
  ...(
    [
      [image, 1],
      [image, 0.5],
      [image, 1.3],
      [small, 1.5],
      [picture([1, 4]), 2],
    ] as const
  ).map((inputs): ReferenceCase => ({ name: "expand", inputs, ours: expand })),
  ...(
    [
      [image, 1],
      [image, 3],
      [small, 2],
      [picture([3, 3]), 1.5],
    ] as const
  ).map((inputs): ReferenceCase => ({ name: "shrink", inputs, ours: shrink })),
  { name: "modulate_phase", inputs: [image], ours: modulatePhase },
  {
    name: "polar_to_rectangular",
    inputs: [{ shape: [2], real: [1, -1] }, picture([2])],
    ours: polarToRectangular,
  },
  ...[
    [picture([6, 8]), picture([3, 3])],
    [image, picture([3])],
    [image, picture([13, 3])],
  ].map((inputs): ReferenceCase => ({ name: "correlate_downsample", inputs, ours: correlateDownsample })),
  ...[
    [picture([6, 8]), [0, 0], picture([3, 3])],
    [image, [0, 0], picture([3])],
    [small, [0, 0], picture([9, 9])],
  ].map((inputs): ReferenceCase => ({ name: "upsample_convolve", inputs, ours: upsampleConvolve })),
  {
    name: "blur_downsample",
    inputs: [image],
    options: { n_scales: 0 },
    ours: (x: never) => blurDownsample(x, { nScales: 0 }),
  },
  {
    name: "blur_downsample",
    inputs: [image],
    options: { filtname: "binom1" },
    ours: (x: never) => blurDownsample(x, { filtname: "binom1" }),
  },
  { name: "blur_downsample", inputs: [small], ours: blurDownsample },
  {
    name: "upsample_blur",
    inputs: [image, [0, 0]],
    options: { filtname: "gauss4" },
    ours: (x: never, odd: never) => upsampleBlur(x, odd, { filtname: "gauss4" }),
  },
  {
    name: "LaplacianPyramid.forward",
    make: { n_scales: 5 },
    inputs: [image],
    ours: (x: never) => new LaplacianPyramid().forward(x),
  },
  { name: "local_gain_control", inputs: [picture([4, 6, 8])], ours: localGainControl },
  { name: "local_gain_release", inputs: [picture([4, 3, 4]), picture([4, 6, 8])], ours: localGainRelease },
  { name: "local_gain_control_dict", inputs: [bands], ours: localGainControlDict },
  {
    name: "rectangular_to_polar_dict",
    inputs: [bands],
    options: { residuals: true },
    ours: (c: never) => rectangularToPolarDict(c, { residuals: true }),
  },
];
