import type { Records } from "../protocol.js";

/** Adds numbers in place; those from where they begin are replaced. */
export function joinRecords(all: Records, more: Records): void {
  for (const name of ["losses", "penalties", "gradientNorm", "pixelChangeNorm"] as const) {
    all[name].length = more.from;
    // Never all at once as arguments: there may be many.
    for (const value of more[name]) all[name].push(value);
  }
}
