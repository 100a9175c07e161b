import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

const packages = ["torch==2.13.0", "plenoptic==2.1.1"];

function hasReference(python) {
  try {
    execFileSync(python, ["-c", "import torch, plenoptic"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

const venvPython = (root) => join(root, ".venv", "bin", "python");

/** A Python that has the reference already, if there is one. */
export function installedReference(root) {
  return [process.env.PLENOPTIC_PYTHON, venvPython(root)].find(
    (python) => python && existsSync(python) && hasReference(python),
  );
}

/** A Python with the reference: PLENOPTIC_PYTHON, else `.venv` in the checkout, made on demand. */
export function findReference(root) {
  const venv = venvPython(root);
  const found = installedReference(root);
  if (found) return found;
  console.log("Installing the reference into .venv (torch, plenoptic); this is done once.");
  execFileSync("python3", ["-m", "venv", join(root, ".venv")], { stdio: "inherit" });
  for (const name of packages)
    execFileSync(venv, ["-m", "pip", "install", "--quiet", name], { stdio: "inherit" });
  return venv;
}
