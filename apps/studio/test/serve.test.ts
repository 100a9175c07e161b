import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

/** The address that the command prints when it serves. */
async function addressOf(child: ChildProcess): Promise<string> {
  let said = "";
  return new Promise((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      said += chunk;
      const [address] = said.match(/http:\/\/localhost:\d+\//) ?? [];
      if (address) resolve(address);
    };
    child.stdout?.on("data", hear);
    child.stderr?.on("data", hear);
    child.on("close", (code) => reject(new Error(`npm run studio ended with ${code}: ${said.slice(-2000)}`)));
  });
}

// It builds what is not built yet, which takes a while; after `npm test` has begun, nothing is left to be built.
it("npm run studio serves the page, until it is ended", { timeout: 300_000 }, async () => {
  const script = fileURLToPath(new URL("../../../scripts/studio.mjs", import.meta.url));
  const port = await freePort();
  // A build for a test would be another page.
  const { NODE_ENV: _, FORCE_COLOR: _color, ...env } = process.env;
  const child = spawn(process.execPath, [script, "--port", String(port), "--strictPort"], {
    env: { ...env, NO_COLOR: "1" },
  });
  const ended = once(child, "close");
  try {
    const address = await addressOf(child);
    expect(address).toBe(`http://localhost:${port}/`);
    const answer = await fetch(address);
    expect(answer.status).toBe(200);
    const html = await answer.text();
    expect(html).toContain("Content-Security-Policy");
    const [, script] = html.match(/src="\.\/(assets\/[^"]+\.js)"/) ?? [];
    const code = await fetch(new URL(script, address));
    expect(code.headers.get("content-type")).toContain("javascript");
    expect((await code.text()).length).toBeGreaterThan(10_000);
    child.kill("SIGTERM");
    await ended;
    await expect(fetch(address)).rejects.toThrow();
  } finally {
    child.kill("SIGTERM");
  }
});
