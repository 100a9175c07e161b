// The studio as visitors get it: built from the sources, and served as a plain web host does.
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { runOnce } from "../peers.mjs";

const types = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".jpg": "image/jpeg",
  ".wasm": "application/wasm",
};

/** Builds the page into a folder. */
export async function buildStudio(root, outDir) {
  const studio = join(root, "apps", "studio");
  const vite = join(studio, "node_modules", "vite", "bin", "vite.js");
  const args = [vite, "build", "--logLevel", "error", "--emptyOutDir", "--outDir", outDir];
  await runOnce(process.execPath, args, { cwd: studio });
}

/** Serves a folder; gives the address and what ends it. */
export async function serve(folder) {
  const server = createServer((request, response) => {
    const file = join(folder, new URL(request.url, "http://localhost").pathname.slice(1) || "index.html");
    if (!file.startsWith(folder) || !existsSync(file)) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { "content-type": types[extname(file)] ?? "application/octet-stream" });
    response.end(readFileSync(file));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    address: `http://127.0.0.1:${server.address().port}/`,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
