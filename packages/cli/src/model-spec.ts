import { isAbsolute } from "node:path";

/** Whether a name can only be that of a file. */
export const isPath = (text: string): boolean =>
  /^(\.{1,2}[/\\]|file:)/.test(text) || /\.[cm]?[jt]s$/.test(text) || isAbsolute(text);

/** What `--model` says: the name of a built-in model, or a module and the name of its export ("" if none is given). */
export type ModelSpec =
  | { readonly builtIn: string }
  | { readonly module: string; readonly exportName: string };

/** Splits `module#export`; whatever has no # and is no path is a built-in name. */
export function parseModelSpec(spec: string): ModelSpec {
  const hash = spec.lastIndexOf("#");
  if (hash >= 0) return { module: spec.slice(0, hash), exportName: spec.slice(hash + 1) };
  return isPath(spec) ? { module: spec, exportName: "" } : { builtIn: spec };
}
