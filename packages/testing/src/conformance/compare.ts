function worstOf(a: ArrayLike<number>, b: ArrayLike<number>): { error: number; at: number } {
  let worst = 0;
  let at = -1;
  let scale = 0;
  for (let i = 0; i < b.length; i++) {
    if (Number.isFinite(b[i])) scale = Math.max(scale, Math.abs(b[i]));
    // NaN equals NaN here, and an infinity itself: both are answers that can be right.
    if (Object.is(a[i], b[i]) || a[i] === b[i]) continue;
    const difference = Math.abs(a[i] - b[i]);
    const size = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
    if (size > worst) {
      worst = size;
      at = i;
    }
  }
  return { error: worst === 0 ? 0 : worst / scale, at };
}

/**
 * max |a - b| / max |b|, the measure of the project's bounds. Infinite when the lengths differ, when a
 * NaN stands against a number, and when b is all zeros and a is not.
 */
export function relativeErrorOf(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return a.length === b.length ? worstOf(a, b).error : Number.POSITIVE_INFINITY;
}

/** What is wrong with `actual`, or undefined when {@link relativeErrorOf} is at most `bound`. */
export function difference(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  bound: number,
  label = "values",
): string | undefined {
  if (actual.length !== expected.length) {
    return `${label}: ${expected.length} numbers were expected, but ${actual.length} came.`;
  }
  const { error, at } = worstOf(actual, expected);
  if (error <= bound) return undefined;
  return `${label}: relative error ${error} above ${bound}; worst at ${at}: ${actual[at]} for ${expected[at]}`;
}

/** What a conformance case throws when the backend does something else than it should. */
export class ConformanceError extends Error {
  override readonly name = "ConformanceError";
}

/** Throws unless a condition holds. */
export function check(condition: unknown, message: string): asserts condition {
  if (!condition) throw new ConformanceError(message);
}

/** Throws unless values agree to within `bound`, see {@link relativeErrorOf}. */
export function checkClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  bound: number,
  label = "values",
): void {
  const problem = difference(actual, expected, bound, label);
  if (problem) throw new ConformanceError(problem);
}

/** Throws unless values have the same bits, NaN being equal to NaN. */
export function checkSame(actual: ArrayLike<number>, expected: ArrayLike<number>, label = "values"): void {
  check(
    actual.length === expected.length,
    `${label}: ${expected.length} numbers were expected, but ${actual.length} came.`,
  );
  for (let i = 0; i < expected.length; i++) {
    check(
      Object.is(actual[i], expected[i]),
      `${label}: ${actual[i]} instead of exactly ${expected[i]} at ${i}.`,
    );
  }
}

/** Throws unless shapes agree. */
export function checkShape(actual: readonly number[], expected: readonly number[], label = "result"): void {
  check(
    actual.length === expected.length && actual.every((extent, i) => extent === expected[i]),
    `${label} has shape [${actual.join(", ")}] instead of [${expected.join(", ")}].`,
  );
}
