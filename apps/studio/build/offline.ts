import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

/**
 * Writes `offline.js`, a service worker that keeps every file of the page, so that it works without a network once it has
 * been loaded. The list and its hash come from what has been built.
 */
export function offline(): Plugin {
  let publicFolder = "";
  return {
    name: "studio-offline",
    configResolved(config) {
      publicFolder = config.publicDir;
    },
    apply: "build",
    enforce: "post",
    generateBundle(_, bundle) {
      const hash = createHash("sha256");
      const files = Object.values(bundle).sort((a, b) => a.fileName.localeCompare(b.fileName));
      for (const file of files)
        hash.update(file.fileName).update(file.type === "chunk" ? file.code : file.source);
      const copied = existsSync(publicFolder) ? readdirSync(publicFolder) : [];
      for (const name of copied) hash.update(name).update(readFileSync(join(publicFolder, name)));
      const names = files.map((file) => file.fileName).filter((name) => name !== "index.html");
      const source = serviceWorker(hash.digest("hex").slice(0, 16), ["./", ...names, ...copied]);
      this.emitFile({ type: "asset", fileName: "offline.js", source });
    },
  };
}

const serviceWorker = (version: string, files: readonly string[]) => `// Made by the build.
const cacheName = "plenoptic-studio-${version}";
const files = ${JSON.stringify(files)};
addEventListener("install", (event) => {
  event.waitUntil(caches.open(cacheName).then((cache) => cache.addAll(files)).then(() => skipWaiting()));
});
addEventListener("activate", (event) => {
  const old = caches.keys().then((names) =>
    Promise.all(names.filter((n) => n.startsWith("plenoptic-studio-") && n !== cacheName).map((n) => caches.delete(n))));
  event.waitUntil(old.then(() => clients.claim()));
});
addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== location.origin) return;
  event.respondWith(caches.open(cacheName)
    .then((cache) => cache.match(request, { ignoreSearch: true }))
    .then((kept) => kept ?? fetch(request)));
});
`;
