// Loaded by Node's module loader in a thread of its own, where there is no registerHooks: see shared-packages.ts.
export { resolveHook as resolve } from "./shared-packages.js";
