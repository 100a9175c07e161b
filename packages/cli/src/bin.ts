import { existsSync } from "node:fs";

// In one file it starts sooner; without the bundle, from its modules.
const bundle = new URL("./run.bundle.js", import.meta.url);
const { run }: typeof import("./run.js") = await (existsSync(bundle)
  ? import(bundle.href)
  : import("./run.js"));
await run();
