import { wasmBase64 } from "./generated/wasm-binary.js";

/** Every function of the module takes and gives numbers: pointers, counts and values. */
export type WasmFunctions = Record<string, (...args: number[]) => number>;

/** One instance of the module, with a memory of its own. */
export interface Wasm {
  readonly functions: WasmFunctions;
  readonly memory: WebAssembly.Memory;
  /** First byte that the allocator may use. */
  readonly heapBase: number;
}

let compiled: WebAssembly.Module | undefined;

function decode(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

function abort(): never {
  throw new Error("The WebAssembly module of backend-cpu stopped. This is a bug; please report it.");
}

/** Compiles the module once, and makes an instance. Synchronous: the module is small. */
export function instantiate(): Wasm {
  compiled ??= new WebAssembly.Module(decode(wasmBase64));
  const { exports } = new WebAssembly.Instance(compiled, { env: { abort } });
  const functions = exports as unknown as WasmFunctions;
  return { functions, memory: exports.memory as WebAssembly.Memory, heapBase: functions.heapBase() };
}
