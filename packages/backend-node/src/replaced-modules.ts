import Module from "node:module";
import { sep } from "node:path";
import util from "node:util";

interface CommonJsModule {
  readonly filename: string | null;
  require(id: string): unknown;
}

const isNullOrUndefined = (value: unknown): boolean => value === null || value === undefined;

/** Node's `util` with what tfjs-node calls and Node 23 has dropped, or warns about. */
export const olderUtil: object = Object.create(util, {
  isNullOrUndefined: { value: isNullOrUndefined },
  isArray: { value: Array.isArray },
});

/**
 * Runs `load`; meanwhile, modules inside a folder that `require` one of the names given get the replacement.
 * Nothing remains of it afterwards: other users of those names never see the replacements.
 */
export function withReplacedModules<T>(
  folder: string,
  replacements: ReadonlyMap<string, unknown>,
  load: () => T,
): T {
  const prototype = Module.prototype as unknown as CommonJsModule;
  const original = prototype.require;
  prototype.require = function (id) {
    const replaced = this.filename?.startsWith(folder + sep) && replacements.has(id);
    return replaced ? replacements.get(id) : original.call(this, id);
  };
  try {
    return load();
  } finally {
    prototype.require = original;
  }
}

/** For a tfjs-node that somebody else has loaded already: only `util` itself can still be repaired. */
export function repairUtil(): void {
  if ("isNullOrUndefined" in util) return;
  Object.defineProperty(util, "isNullOrUndefined", {
    value: isNullOrUndefined,
    configurable: true,
    writable: true,
  });
}
