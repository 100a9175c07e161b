import type { Coroutine } from "@plenoptic/tensor";

/** A point on the line that is searched. */
export interface LinePoint<Gradient> {
  /** How far along the direction. */
  readonly t: number;
  readonly loss: number;
  readonly gradient: Gradient;
  /** The derivative of the loss along the direction. */
  readonly slope: number;
}

/** What {@link strongWolfe} searches. */
export interface Line<Gradient> {
  /** The point at 0, where the slope is negative. */
  readonly start: LinePoint<Gradient>;
  /** Largest component of the direction, by size. */
  readonly directionSize: number;
  evaluate(t: number): Coroutine<LinePoint<Gradient>>;
  /** Rounds to the precision of the numbers. */
  round(x: number): number;
}

const sufficientDecrease = 1e-4;
const curvature = 0.9;
const smallestChange = 1e-9;

/**
 * The minimum of the cubic through two points with their slopes, limited to an interval (by default the one between
 * them); its middle where the cubic has no minimum.
 */
export function cubicMinimum(
  a: Omit<LinePoint<unknown>, "gradient">,
  b: Omit<LinePoint<unknown>, "gradient">,
  [low, high]: readonly [number, number] = [Math.min(a.t, b.t), Math.max(a.t, b.t)],
): number {
  const d1 = a.slope + b.slope - (3 * (a.loss - b.loss)) / (a.t - b.t);
  const square = d1 * d1 - a.slope * b.slope;
  if (!(square >= 0)) return (low + high) / 2;
  const d2 = Math.sqrt(square);
  const [near, far] = a.t <= b.t ? [a, b] : [b, a];
  const position = far.t - (far.t - near.t) * ((far.slope + d2 - d1) / (far.slope - near.slope + 2 * d2));
  return Math.min(Math.max(position, low), high);
}

/**
 * Looks along a line for a point that satisfies the strong Wolfe conditions: the loss has decreased by at least
 * 10⁻⁴ · t times the slope at 0, and the slope's size is at most 0.9 of that at 0. First steps outwards until such a point
 * lies between two others, then narrows the interval, each time to the minimum of a cubic.
 *
 * See Nocedal & Wright, "Numerical Optimization" (2nd ed.), algorithms 3.5 and 3.6; the constants are PyTorch's.
 *
 * @param firstStep - where to evaluate first
 * @param maxTurns - how often to evaluate again at most; then the best point so far is taken
 * @returns the point that was found, and the number of evaluations
 */
export function* strongWolfe<Gradient>(
  line: Line<Gradient>,
  firstStep: number,
  maxTurns: number,
): Coroutine<{ point: LinePoint<Gradient>; evaluations: number }> {
  const search = new Search(line, maxTurns);
  yield* search.bracket(firstStep);
  yield* search.zoom();
  return { point: search.lowest, evaluations: search.evaluations };
}

class Search<Gradient> {
  evaluations = 0;
  private turns = 0;
  private isDone = false;
  /** The ends of the interval; the same point twice when one was found right away. */
  private ends: [LinePoint<Gradient>, LinePoint<Gradient>];

  constructor(
    private readonly line: Line<Gradient>,
    private readonly maxTurns: number,
  ) {
    this.ends = [line.start, line.start];
  }

  private evaluate(t: number): Coroutine<LinePoint<Gradient>> {
    this.evaluations++;
    return this.line.evaluate(t);
  }

  private decreasesTooLittle({ t, loss }: LinePoint<Gradient>): boolean {
    const { start } = this.line;
    return loss > start.loss + sufficientDecrease * t * start.slope;
  }

  private isFlatEnough({ slope }: LinePoint<Gradient>): boolean {
    return Math.abs(slope) <= -curvature * this.line.start.slope;
  }

  *bracket(firstStep: number): Coroutine<void> {
    const { start, round } = this.line;
    let previous = start;
    let current = yield* this.evaluate(firstStep);
    for (; this.turns < this.maxTurns; this.turns++) {
      this.ends = [previous, current];
      if (this.decreasesTooLittle(current) || (this.turns > 1 && current.loss >= previous.loss)) return;
      if (this.isFlatEnough(current)) {
        this.ends = [current, current];
        this.isDone = true;
        return;
      }
      if (current.slope >= 0) return;
      const farther = [current.t + 0.01 * (current.t - previous.t), current.t * 10] as const;
      const next = round(cubicMinimum(previous, current, farther));
      previous = current;
      current = yield* this.evaluate(next);
    }
    this.ends = [start, current];
  }

  /** Index of the end with the smaller loss; the first one where they are equal. */
  private get low(): 0 | 1 {
    return this.ends[0].loss <= this.ends[1].loss ? 0 : 1;
  }

  get lowest(): LinePoint<Gradient> {
    return this.ends[this.low];
  }

  *zoom(): Coroutine<void> {
    const { directionSize, round } = this.line;
    let low = this.low;
    let progressWasSmall = false;
    for (; !this.isDone && this.turns < this.maxTurns; this.turns++) {
      const [a, b] = this.ends;
      if (Math.abs(b.t - a.t) * directionSize < smallestChange) break;
      const trial = this.awayFromEnds(round(cubicMinimum(a, b)), progressWasSmall);
      progressWasSmall = trial.progressIsSmall;
      const point = yield* this.evaluate(round(trial.t));
      if (this.decreasesTooLittle(point) || point.loss >= this.ends[low].loss) {
        this.ends[1 - low] = point;
        low = this.low;
      } else {
        if (this.isFlatEnough(point)) this.isDone = true;
        else if (point.slope * (this.ends[1 - low].t - this.ends[low].t) >= 0) {
          this.ends[1 - low] = this.ends[low];
        }
        this.ends[low] = point;
      }
    }
    this.ends = [this.ends[low], this.ends[low]];
  }

  /** A trial that is near an end for the second time, or beyond one, is moved a tenth of the interval inwards. */
  private awayFromEnds(t: number, progressWasSmall: boolean): { t: number; progressIsSmall: boolean } {
    const ts = this.ends.map((end) => end.t);
    const [least, most] = [Math.min(...ts), Math.max(...ts)];
    const margin = 0.1 * (most - least);
    if (!(Math.min(most - t, t - least) < margin)) return { t, progressIsSmall: false };
    if (!progressWasSmall && t < most && t > least) return { t, progressIsSmall: true };
    const inside = Math.abs(t - most) < Math.abs(t - least) ? most - margin : least + margin;
    return { t: inside, progressIsSmall: false };
  }
}
