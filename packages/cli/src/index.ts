export type { CommandIo, OutputStream } from "./io.js";
export { main } from "./main.js";
