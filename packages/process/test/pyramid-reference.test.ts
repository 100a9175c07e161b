import { type ComplexPair, scalarMath, type Tensor, tensor } from "@plenoptic/tensor";
import {
  askReference,
  boundFor,
  collectWarnings,
  describeDevices,
  expectClose,
  hasReference,
  referenceIsNeeded,
  spreadNumbers,
} from "@plenoptic/testing";
import { beforeAll, describe, expect, it } from "vitest";
import {
  type PyramidCoefficients,
  type PyramidScale,
  SteerablePyramidFreq,
  type SteerablePyramidOptions,
  steerableMasks,
} from "../src/index.js";
import { type Curves, exactCurves, tabulatedCurves } from "../src/steerable-pyramid/curves.js";
import { FrequencyGrid, type Plane } from "../src/steerable-pyramid/frequency-grid.js";

type Shape = readonly [height: number, width: number];

const kwargsOf = (options: SteerablePyramidOptions) => ({
  height: options.height ?? "auto",
  order: options.order ?? 3,
  twidth: options.twidth ?? 1,
  is_complex: options.isComplex ?? false,
  downsample: options.downsample ?? true,
  tight_frame: options.tightFrame ?? false,
});

/** Zero frequency in the middle, as the reference has it. */
function centred(values: Float64Array, height: number, width: number): Float64Array {
  const at = (place: number, extent: number) => (place + Math.ceil(extent / 2)) % extent;
  return Float64Array.from({ length: values.length }, (_, i) => {
    return values[at(Math.floor(i / width), height) * width + at(i % width, width)];
  });
}

type Buffers = Record<string, { shape: number[]; values: number[] }>;

/** Our masks under the reference's names. */
function named(shape: Shape, options: SteerablePyramidOptions): Record<string, Float64Array> {
  const { highpass, lowpass0, levels } = steerableMasks(shape, options);
  const all: Record<string, Float64Array> = {
    hi0mask: centred(highpass, ...shape),
    lo0mask: centred(lowpass0, ...shape),
  };
  levels.forEach((level, i) => {
    const { height, width } = level;
    const joined = (planes: readonly Float64Array[]) =>
      Float64Array.from(planes.flatMap((plane) => [...centred(plane, height, width)]));
    all[`_himasks_scale_${i}`] = centred(level.highpass, height, width);
    all[`_lomasks_scale_${i}`] = centred(level.lowpass, level.lowHeight, level.lowWidth);
    all[`_anglemasks_scale_${i}`] = joined(level.angles);
    all[`_anglemasks_recon_scale_${i}`] = joined(level.anglesForReconstruction);
  });
  return all;
}

const maskCases: [Shape, SteerablePyramidOptions][] = [
  [[256, 256], { height: 4, isComplex: true }],
  [[64, 96], { order: 1, twidth: 2 }],
  [[45, 38], { order: 15, isComplex: true }],
  [[50, 33], { order: 4, downsample: false, isComplex: true }],
  [[32, 32], { order: 0 }],
];

describe.skipIf(!hasReference)(`masks against the reference ${referenceIsNeeded}`, () => {
  let answers: Buffers[];
  beforeAll(async () => {
    answers = askReference<Buffers[]>(
      "steerable_pyramid.py",
      maskCases.flatMap(([shape, options]) =>
        [false, true].map((exact) => ({ kind: "masks", shape, exact, kwargs: kwargsOf(options) })),
      ),
    );
  });

  it.each(maskCases.map((c, i) => [...c, i] as const))("%j %j, digit for digit", (shape, options, i) => {
    const ours = named(shape, options);
    expect(Object.keys(ours).sort()).toEqual(Object.keys(answers[2 * i]).sort());
    for (const [name, { values }] of Object.entries(answers[2 * i])) {
      expect(ours[name].length, name).toBe(values.length);
      // Where the curve is 0, rounding leaves both some 1e-17, each its own.
      const other = ours[name].filter(
        (v, k) => v !== values[k] && Math.max(Math.abs(v), Math.abs(values[k])) > 1e-15,
      );
      expect(other.length, name).toBe(0);
    }
  });

  it.each(maskCases.map((c, i) => [...c, i] as const))(
    "%j %j, before rounding",
    ([height, width], options, i) => {
      const { order = 3, twidth = 1, isComplex = false } = options;
      const grid = new FrequencyGrid([height, width]);
      const curves = [tabulatedCurves, exactCurves].map((make) => make(grid, order, twidth));
      const check = (name: string, plane: (c: Curves) => Plane, first = 0) => {
        const wanted = answer[name].values.slice(first, first + height * width);
        const [table, exact] = curves.map((c) => centred(plane(c).values, height, width));
        expectClose(table, wanted, 2e-15, name);
        // The table has a bend every 1/512 or 1/1024 of a turn.
        expectClose(exact, wanted, 2e-5, `${name}, without a table`);
      };
      const radial = (high: boolean) => (c: Curves) => {
        const curve = c.radial(0, high);
        return grid.plane((row, column) => curve(scalarMath.log2(grid.radius(row, column))));
      };
      const angular = (band: number, oneSided: boolean) => (c: Curves) =>
        grid.plane(c.angular(band, oneSided));
      const answer = answers[2 * i + 1];
      check("hi0mask", radial(true));
      check("lo0mask", radial(false));
      for (let band = 0; band <= order; band++) {
        check("_anglemasks_scale_0", angular(band, isComplex), band * height * width);
        check("_anglemasks_recon_scale_0", angular(band, false), band * height * width);
      }
    },
  );
});

interface Answer {
  coefficients: Record<string, [real: number[], imag: number[] | null]>;
  order: string[];
  recon: number[][];
  tensors: { shape: number[]; values: [real: number[], imag: number[] | null] }[];
  steered?: Record<string, number[]>;
  weights?: Record<string, number[]>;
}

interface PyramidCase {
  readonly shape: Shape;
  readonly options: SteerablePyramidOptions;
  readonly leading?: readonly [batch: number, channels: number];
  readonly scales?: readonly PyramidScale[];
  readonly recon?: readonly { levels?: "all" | readonly PyramidScale[]; bands?: "all" | readonly number[] }[];
  readonly tensors?: readonly boolean[];
  readonly steer?: { readonly angles: readonly number[]; readonly evenPhase: boolean };
}

const whole = { levels: "all", bands: "all" } as const;
const angles = [0, 0.3, -2, Math.PI / 4, 7];

const pyramidCases: Record<string, PyramidCase> = {
  "odd sizes": { shape: [33, 35], options: {}, recon: [whole, { levels: [1], bands: [0, 2] }] },
  "odd sizes, complex": {
    shape: [35, 30],
    options: { isComplex: true, order: 2 },
    recon: [whole, { levels: [0] }],
  },
  "odd sizes, complex, whole size": {
    shape: [18, 21],
    options: { isComplex: true, downsample: false, order: 1 },
    recon: [whole],
    tensors: [true, false],
  },
  "odd sizes, tight frame": { shape: [17, 40], options: { tightFrame: true, order: 4 }, recon: [whole] },
  "sizes that become odd": { shape: [36, 44], options: { isComplex: true }, recon: [whole], leading: [2, 3] },
  "no scales": { shape: [16, 20], options: { height: 0 }, recon: [whole, { levels: ["residual_highpass"] }] },
  "whole size, complex": {
    shape: [24, 32],
    options: { isComplex: true, downsample: false },
    recon: [whole, { levels: [1, "residual_lowpass"], bands: [3, 1] }],
    tensors: [true, false],
    leading: [1, 2],
  },
  "whole size, complex, tight frame": {
    shape: [24, 32],
    options: { isComplex: true, downsample: false, tightFrame: true, order: 2 },
    recon: [whole],
  },
  "whole size, real": {
    shape: [16, 24],
    options: { downsample: false, order: 2 },
    recon: [whole, { levels: ["residual_highpass", 0], bands: [1, 1] }],
    tensors: [false],
    leading: [2, 2],
    steer: { angles, evenPhase: true },
  },
  "sine phase": { shape: [32, 32], options: { order: 1 }, steer: { angles, evenPhase: false } },
  "sine phase, even order": { shape: [16, 16], options: { order: 4 }, steer: { angles, evenPhase: false } },
  "steered, order 0": { shape: [16, 16], options: { order: 0 }, steer: { angles, evenPhase: true } },
  "some scales": { shape: [32, 32], options: {}, scales: [1, "residual_lowpass"] },
  "one scale, complex": { shape: [32, 48], options: { isComplex: true }, scales: [2] },
  "a wide transition": { shape: [64, 64], options: { twidth: 3, order: 1 }, recon: [whole] },
  "high order": { shape: [32, 32], options: { order: 15, isComplex: true }, recon: [whole] },
};

const imageFor = ({ shape, leading = [1, 1] }: PyramidCase) => {
  const all = [...leading, ...shape];
  return {
    shape: all,
    values: [
      ...spreadNumbers(
        all.reduce((a, b) => a * b),
        0,
        1,
        3,
      ),
    ],
  };
};

function requestFor(given: PyramidCase) {
  const { shape, options, scales, recon, tensors, steer } = given;
  return {
    ...{ kind: "pyramid", shape, kwargs: kwargsOf(options), image: imageFor(given), scales, recon, tensors },
    steer: steer && { angles: steer.angles, even_phase: steer.evenPhase },
  };
}

function expectSame(
  found: Tensor | ComplexPair,
  wanted: [number[], number[] | null],
  bound: number,
  label: string,
) {
  if (!("imag" in found)) {
    expectClose(found, wanted[0], bound, label);
    expect(wanted[1] ?? [0]).toSatisfy((imag: number[]) => imag.every((v) => v === 0));
    return;
  }
  expectClose(found.real, wanted[0], bound, `${label}, real`);
  expectClose(found.imag, wanted[1] ?? [], bound, `${label}, imaginary`);
}

describe.skipIf(!hasReference)(`pyramids against the reference ${referenceIsNeeded}`, () => {
  const names = Object.keys(pyramidCases);
  let answers: Record<string, Answer>;
  beforeAll(() => {
    const requests = Object.values(pyramidCases).map(requestFor);
    const listed = askReference<Answer[]>("steerable_pyramid.py", requests);
    answers = Object.fromEntries(listed.map((answer, i) => [names[i], answer]));
  });

  describeDevices("as the reference's", (device) => {
    const bound = boundFor(device);
    it.each(names)("%s", async (name) => {
      const given = pyramidCases[name];
      const answer = answers[name];
      const { shape, values } = imageFor(given);
      const { result: pyramid } = await collectWarnings(
        () => new SteerablePyramidFreq(given.shape, given.options),
      );
      const coefficients = pyramid.forward(tensor(values, shape), { scales: given.scales });
      expect([...coefficients.keys()].map(String)).toEqual(answer.order);
      for (const [scale, found] of coefficients) {
        expectSame(found, answer.coefficients[scale], bound, `scale ${scale}`);
      }
      given.recon?.forEach((options, i) => {
        expectClose(pyramid.reconPyr(coefficients, options), answer.recon[i], bound, `recon ${i}`);
      });
      given.tensors?.forEach((splitComplex, i) => {
        const joined = SteerablePyramidFreq.convertPyrToTensor(coefficients, { splitComplex });
        const first = "imag" in joined.tensor ? joined.tensor.real : joined.tensor;
        expect(first.shape).toEqual(answer.tensors[i].shape);
        expectSame(joined.tensor, answer.tensors[i].values, bound, `tensor ${i}`);
      });
      if (given.steer) checkSteered(pyramid, coefficients, given.steer, answer, bound);
    });
  });
});

function checkSteered(
  pyramid: SteerablePyramidFreq,
  coefficients: PyramidCoefficients,
  { angles, evenPhase }: NonNullable<PyramidCase["steer"]>,
  { steered, weights }: Answer,
  bound: number,
) {
  const { resteeredCoeffs, resteeringWeights } = pyramid.steerCoeffs(coefficients, angles, { evenPhase });
  expect([...resteeredCoeffs.keys()].map(String)).toEqual(Object.keys(steered ?? {}));
  for (const [scale, found] of resteeredCoeffs) {
    expectClose(found, steered?.[scale] ?? [], bound, `steered scale ${scale}`);
    expectClose(resteeringWeights.get(scale) as Tensor, weights?.[scale] ?? [], bound, `weights ${scale}`);
    expect(resteeringWeights.get(scale)?.shape).toEqual([pyramid.numOrientations, angles.length]);
  }
}
