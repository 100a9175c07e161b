import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The root of the checkout. */
export const root = fileURLToPath(new URL("../..", import.meta.url));

/** Node on other systems finds npx only under its full name. */
const commandName = (name) => (process.platform === "win32" && name === "npx" ? "npx.cmd" : name);

/**
 * Runs a command in the checkout. Gives its exit code and what it printed; with `show`, prints it at once as well.
 */
export function run(command, args, { cwd = root, env = {}, show = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(commandName(command), args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      shell: process.platform === "win32",
    });
    let output = "";
    const take = (stream) => (chunk) => {
      output += chunk;
      if (show) stream.write(chunk);
    };
    child.stdout.on("data", take(process.stdout));
    child.stderr.on("data", take(process.stderr));
    child.on("error", (error) => resolve({ code: 127, output: output + error.message }));
    child.on("close", (code) => resolve({ code: code ?? 1, output }));
  });
}

export const seconds = (start) => `${((performance.now() - start) / 1000).toFixed(1)} s`;
