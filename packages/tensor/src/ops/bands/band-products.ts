import type { NamedTensorMap } from "@tensorflow/tfjs-core";
import { ShapeError } from "../../errors.js";
import { gradientOf } from "../../gradients/composed-gradient.js";
import {
  BandMagnitudes,
  BandMagnitudesGradient,
  BandProducts,
  BandProductsGradient,
} from "../../kernel-names.js";
import { declareOp } from "../../op.js";
import { run } from "../../run.js";
import type { Tensor } from "../../tensor-type.js";
import { add, div, mul, sub } from "../binary.js";
import { sameShape } from "../broadcast.js";
import { equal, where } from "../compare.js";
import type { ComplexPair } from "../fft.js";
import { matMul } from "../mat-mul.js";
import { mean } from "../reduce.js";
import { concat, reshape } from "../shape.js";
import { sqrt, square } from "../unary.js";

/** Means of products of bands; see {@link bandProducts}. */
export interface BandProductsResult {
  /** |z|, `[P, O, h, w]`. */
  readonly magnitude: Tensor;
  /** All means, `[P, K]`, in the order of {@link bandProducts}. */
  readonly means: Tensor;
}

/**
 * Magnitudes of complex bands, and the means over all positions of products of bands, in one pass: with m = |z| and, of the coarser
 * bands u, n = |u| and d = u² / |u|, whose phase is twice that of u (0 where u is), taken as 2O real bands (real parts first), the
 * means in `means` are those of
 * m (O), m mᵀ (O × O), and, if coarser bands are given, n (O), n² (O), m nᵀ (O × O), (Re z)² (O), d² (2O), Re z · dᵀ (O × 2O).
 *
 * @param bands - `[P, O, h, w]`
 * @param coarser - bands of the next coarser scale brought to the same size, `[P, O, h, w]`; may be left out
 * @throws {@link ShapeError} when the four parts are not of one shape
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { bandProducts, readSync, tensor } from "@plenoptic/tensor";
 * const bands = { real: tensor([3, 0], [1, 1, 1, 2]), imag: tensor([4, 1], [1, 1, 1, 2]) };
 * console.log(readSync(bandProducts(bands).means)); // 3 13: the means of 5 and 1, and of their squares
 * ```
 */
export function bandProducts(bands: ComplexPair, coarser?: ComplexPair): BandProductsResult {
  const parts = [bands, ...(coarser ? [coarser] : [])].flatMap(({ real, imag }) => [real, imag]);
  if (parts[0].rank !== 4 || parts.some(({ shape }) => !sameShape(shape, parts[0].shape))) {
    const shapes = parts.map(({ shape }) => `[${shape.join(", ")}]`);
    throw new ShapeError(
      `bandProducts() needs bands of one shape [P, O, h, w], but got ${shapes.join(", ")}.`,
    );
  }
  const [magnitude, means] = coarser
    ? run<Tensor[]>(BandProducts, { ...bands, coarseReal: coarser.real, coarseImag: coarser.imag })
    : run<Tensor[]>(BandMagnitudes, { ...bands });
  return { magnitude, means };
}

/** |z|, whose gradient is 0 where z is. */
function magnitudeOf(real: Tensor, imag: Tensor): Tensor {
  const power = add(square(real), square(imag));
  const isZero = equal(power, 0);
  return where(isZero, 0, sqrt(where(isZero, 1, power)));
}

/** z² / |z|, as real bands, the real parts first. */
function doubledPhase(real: Tensor, imag: Tensor, magnitude: Tensor): Tensor {
  const isZero = equal(magnitude, 0);
  const divisor = where(isZero, 1, magnitude);
  const doubled = [sub(square(real), square(imag)), mul(mul(real, imag), 2)];
  return concat(
    doubled.map((x) => div(x, divisor)),
    1,
  );
}

function composeProducts({ real, imag, coarseReal, coarseImag }: NamedTensorMap): Tensor[] {
  const [planes, bands, height, width] = real.shape;
  const rows = (x: Tensor) => reshape(x, [planes, x.shape[1], height * width]);
  const vector = (x: Tensor) => mean(rows(x), -1);
  const products = (a: Tensor, b: Tensor) =>
    reshape(mul(matMul(rows(a), rows(b), false, true), 1 / (height * width)), [planes, bands * b.shape[1]]);
  const m = magnitudeOf(real, imag);
  const means = [vector(m), products(m, m)];
  if (coarseReal) {
    const n = magnitudeOf(coarseReal, coarseImag);
    const d = doubledPhase(coarseReal, coarseImag, n);
    means.push(vector(n), vector(square(n)), products(m, n));
    means.push(vector(square(real)), vector(square(d)), products(real, d));
  }
  return [m, concat(means, 1)];
}

type PartName = "real" | "imag" | "coarseReal" | "coarseImag";

const named = (names: readonly string[], xs: readonly Tensor[]): NamedTensorMap =>
  Object.fromEntries(names.map((name, i) => [name, xs[i]]));

/** The op and its gradient, for bands with or without coarser ones. */
function declareProducts(kernelName: string, gradientName: string, parts: readonly PartName[]): void {
  const all = [...parts, "dMagnitude", "dMeans"];
  const composeGradient = ({ dMagnitude, dMeans, ...bands }: NamedTensorMap): Tensor[] =>
    gradientOf(
      (...xs) => composeProducts(named(parts, xs)),
      parts.map((name) => bands[name]),
      [dMagnitude, dMeans],
    );
  declareOp({
    kernelName,
    compose: composeProducts,
    inputsToSave: [...parts],
    gradient: (dy, saved) => {
      const grads = run<Tensor[]>(gradientName, named(all, [...saved, ...(dy as unknown as Tensor[])]));
      return Object.fromEntries(parts.map((name, i) => [name, () => grads[i]]));
    },
  });
  declareOp({
    kernelName: gradientName,
    compose: composeGradient,
    inputsToSave: all,
    gradient: (dys, saved) => {
      const again = (...xs: Tensor[]) => composeGradient(named(all, xs));
      const grads = gradientOf(again, saved, dys as unknown as Tensor[]);
      return Object.fromEntries(all.map((name, i) => [name, () => grads[i]]));
    },
  });
}

declareProducts(BandMagnitudes, BandMagnitudesGradient, ["real", "imag"]);
declareProducts(BandProducts, BandProductsGradient, ["real", "imag", "coarseReal", "coarseImag"]);
