/**
 * Gives a function the name that files are saved with, also where a minifier shortens names in the source.
 *
 * @returns the function itself
 */
export function keepName<F extends (...args: never[]) => unknown>(f: F, name: string): F {
  return Object.defineProperty(f, "name", { value: name });
}
