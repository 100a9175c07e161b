import * as plot from "@plenoptic/plot";

/** An array with numbers by a rule of their place. */
const filled = (shape: number[], f: (i: number) => number) => ({
  data: Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => f(i)),
  shape,
});

/** A synthesis after some iterations, with a frame for each. */
export function synthesisAfter(iterations: number) {
  const frames = Array.from({ length: iterations + 1 }, (_, k) =>
    filled([1, 1, 16, 16], (i) => ((i * (k + 3)) % 17) / 17),
  );
  return {
    losses: Array.from({ length: iterations + 1 }, (_, i) => 1 / (i + 1)),
    penalties: new Array<number>(iterations + 1).fill(0),
    penaltyLambda: 0.1,
    image: frames[0],
    metamer: frames[iterations],
    savedMetamer: frames,
    storeProgress: 1,
    representationError: (k: number | null) => filled([1, 1, 5], (i) => (i - 2) / ((k ?? iterations) + 1)),
  };
}

Object.assign(globalThis, { plot, after: synthesisAfter });
