/** A plane of numbers over the frequencies of a transform of this size, the zero frequency first. */
export interface Plane {
  readonly height: number;
  readonly width: number;
  readonly values: Float64Array;
}

/** The frequency at a place of a transform of `extent` values: 0, 1, …, then the negative ones, which include -extent/2. */
export function frequencyAt(place: number, extent: number): number {
  return place < Math.ceil(extent / 2) ? place : place - extent;
}

/**
 * The frequencies of an image as a plane of vectors (x, y), each coordinate from -1 up to (not including) 1, the way the
 * reference has it: for even sizes x = f / (extent / 2); for odd ones all are shifted by -1 / extent, so that no
 * vector is 0, and reconstruction is not perfect.
 */
export class FrequencyGrid {
  readonly height: number;
  readonly width: number;
  private readonly xs: Float64Array;
  private readonly ys: Float64Array;

  constructor([height, width]: readonly [number, number]) {
    this.height = height;
    this.width = width;
    this.xs = ramp(width);
    this.ys = ramp(height);
  }

  x(place: number): number {
    return this.xs[place];
  }

  y(place: number): number {
    return this.ys[place];
  }

  /** The length of the vector; at the zero frequency that of its left neighbour, whose logarithm exists. */
  radius(row: number, column: number): number {
    const left = row === 0 && column === 0 && this.width > 1 ? this.width - 1 : column;
    return Math.sqrt(this.ys[row] ** 2 + this.xs[left] ** 2);
  }

  /** A function of places, at all of them. */
  plane(at: (row: number, column: number) => number): Plane {
    const { height, width } = this;
    const values = new Float64Array(height * width);
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) values[row * width + column] = at(row, column);
    }
    return { height, width, values };
  }
}

/** Coordinates by place. The products and sums are those of numpy's `linspace(-1, 1, extent + 1)`, rounding included. */
function ramp(extent: number): Float64Array {
  const step = 2 / extent;
  return Float64Array.from({ length: extent }, (_, place) => {
    const shifted = frequencyAt(place, extent) + Math.floor(extent / 2);
    return shifted * step - 1;
  });
}

/** The place in a transform of `whole` values of each frequency that a transform of `part` values has. */
export function placesOfPart(part: number, whole: number): number[] {
  return Array.from({ length: part }, (_, place) => {
    const frequency = frequencyAt(place, part);
    return frequency < 0 ? frequency + whole : frequency;
  });
}

/** The low frequencies of a plane: those that a transform of the smaller size has. */
export function cropPlane(plane: Plane, height: number, width: number): Plane {
  if (height === plane.height && width === plane.width) return plane;
  const [rows, columns] = [placesOfPart(height, plane.height), placesOfPart(width, plane.width)];
  const values = new Float64Array(height * width);
  rows.forEach((row, i) => {
    columns.forEach((column, j) => {
      values[i * width + j] = plane.values[row * plane.width + column];
    });
  });
  return { height, width, values };
}
