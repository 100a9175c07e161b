/**
 * Whether synthesis has converged: there are more than `count` losses, and the last one differs from the one
 * `count` places from the end by less than `criterion`.
 *
 * @param losses - of the iterations so far, without that of the current image
 */
export function hasConverged(losses: readonly number[], criterion: number, count: number): boolean {
  return (
    losses.length > count && Math.abs(losses[losses.length - count] - losses[losses.length - 1]) < criterion
  );
}
