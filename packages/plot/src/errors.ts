/**
 * Base of the errors of figures. `code` is the same as for errors of `@plenoptic/tensor`, which this package does not
 * import: programs tell errors apart by it.
 */
export class PlotError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.name = new.target.name;
  }
}

/** An argument has a value that the function does not take (`code` is "invalid-argument"). */
export class PlotValueError extends PlotError {
  constructor(message: string, options?: ErrorOptions) {
    super("invalid-argument", message, options);
  }
}

/** An index lies outside what there is (`code` is "out-of-range"). */
export class PlotIndexError extends PlotError {
  constructor(message: string, options?: ErrorOptions) {
    super("out-of-range", message, options);
  }
}

/** Shapes do not fit together, or a rank is not supported (`code` is "shape"). */
export class PlotShapeError extends PlotError {
  constructor(message: string, options?: ErrorOptions) {
    super("shape", message, options);
  }
}

/** Something was asked for that cannot be had as things stand (`code` is "state"). */
export class PlotStateError extends PlotError {
  constructor(message: string, options?: ErrorOptions) {
    super("state", message, options);
  }
}
