import * as nodeModule from "node:module";

/** Packages that a model must share with the command: two copies of them would know nothing of each other's tensors. */
const sharedPackages = [
  "@plenoptic/backend-cpu",
  "@plenoptic/backend-node",
  "@plenoptic/backend-webgpu",
  "@plenoptic/data",
  "@plenoptic/io",
  "@plenoptic/losses",
  "@plenoptic/models",
  "@plenoptic/optim",
  "@plenoptic/process",
  "@plenoptic/synthesis",
  "@plenoptic/tensor",
];

/** `plenoptic-model:["package","file:///folder/"]` is the package as a module in that folder would import it. */
const scheme = "plenoptic-model:";

/** The address under which a package can be imported as from another folder. */
export function asImportedFrom(specifier: string, folderUrl: string): string {
  return scheme + JSON.stringify([specifier, folderUrl]);
}

interface ResolveContext {
  parentURL?: string;
}

/** Resolves the shared packages from the command's own place, whoever imports them. */
export function resolveHook<R>(
  specifier: string,
  context: ResolveContext,
  nextResolve: (specifier: string, context: ResolveContext) => R,
): R {
  if (specifier.startsWith(scheme)) {
    const [wanted, parentURL] = JSON.parse(specifier.slice(scheme.length));
    return nextResolve(wanted, { ...context, parentURL });
  }
  if (sharedPackages.includes(specifier)) {
    return nextResolve(specifier, { ...context, parentURL: import.meta.url });
  }
  return nextResolve(specifier, context);
}

/** The part of node:module that came with Node 22.15. */
interface SyncHooks {
  registerHooks(hooks: { resolve: typeof resolveHook }): unknown;
}

let installed = false;

/**
 * From here on every module that is loaded gets the command's own copies of the shared packages. So a model runs
 * also where they are not installed beside it, or in another version.
 */
export function sharePackages(): void {
  if (installed) return;
  installed = true;
  // Node 20 runs the hook in a thread of its own, which costs some 30 ms.
  if ("registerHooks" in nodeModule) (nodeModule as SyncHooks).registerHooks({ resolve: resolveHook });
  else nodeModule.register("./resolve-hook.js", import.meta.url);
}
