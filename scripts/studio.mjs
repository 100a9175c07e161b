// npm run studio: sets everything up, then serves the web page. Arguments go to vite, e.g. `npm run studio -- --port 8080`.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { root } from "./lib/run.mjs";
import { setUp } from "./setup.mjs";

await setUp();
const studio = join(root, "apps", "studio");
const vite = join(studio, "node_modules", "vite", "bin", "vite.js");
const server = spawn(process.execPath, [vite, "preview", ...process.argv.slice(2)], {
  cwd: studio,
  stdio: "inherit",
});
// Whoever ends this ends the server, which would go on without.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => server.kill(signal));
server.on("close", (code) => {
  process.exitCode = code ?? 1;
});
