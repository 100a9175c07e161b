import { type ComplexPair, ShapeError, type Tensor } from "@plenoptic/tensor";

/** A real tensor, or a complex one as its two parts. */
export type RealOrComplex = Tensor | ComplexPair;

/** Whether there are two parts. */
export function isComplex(x: RealOrComplex): x is ComplexPair {
  return !("dataId" in x);
}

/** The shape of a tensor, or of the parts of a complex one, which must agree. */
export function shapeOf(x: RealOrComplex): number[] {
  if (!isComplex(x)) return x.shape;
  const { real, imag } = x;
  if (real.rank !== imag.rank || real.shape.some((extent, i) => extent !== imag.shape[i])) {
    throw new ShapeError(
      `The real and the imaginary part must have one shape, but they have [${real.shape.join(", ")}] and [${imag.shape.join(", ")}].`,
    );
  }
  return real.shape;
}

/** Height and width: the last two extents. */
export function pictureSize(name: string, shape: readonly number[]): [height: number, width: number] {
  if (shape.length < 2 || shape.slice(-2).some((extent) => extent < 1)) {
    throw new ShapeError(
      `${name}() needs a tensor whose last axes are height and width, but got [${shape.join(", ")}].`,
    );
  }
  return [shape[shape.length - 2], shape[shape.length - 1]];
}

/** The same for a real tensor and for both parts of a complex one. */
export function mapParts(x: RealOrComplex, f: (part: Tensor) => Tensor): RealOrComplex {
  return isComplex(x) ? { real: f(x.real), imag: f(x.imag) } : f(x);
}
