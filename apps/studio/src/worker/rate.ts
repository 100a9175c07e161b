const windowMs = 3000;

/** Iterations in a second, over the last few seconds. */
export class Rate {
  private marks: { at: number; iteration: number }[] = [];

  begin(iteration: number): void {
    this.marks = [{ at: performance.now(), iteration }];
  }

  count(iteration: number): void {
    const at = performance.now();
    const { marks } = this;
    // One mark in a twentieth of the window is enough, and keeps their number small.
    if (marks.length > 1 && at - marks[marks.length - 2].at < windowMs / 20)
      marks[marks.length - 1] = { at, iteration };
    else marks.push({ at, iteration });
    while (marks.length > 2 && at - marks[1].at > windowMs) marks.shift();
  }

  get perSecond(): number {
    const [first, last] = [this.marks[0], this.marks[this.marks.length - 1]];
    const ms = last.at - first.at;
    return ms > 0 ? (1000 * (last.iteration - first.iteration)) / ms : Number.NaN;
  }
}
