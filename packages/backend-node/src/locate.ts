import { existsSync, readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { DeviceError } from "@plenoptic/tensor";

/** The packages that serve, the one for GPUs first. */
export const packageNames = ["@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node"] as const;

/** An installed tfjs-node or tfjs-node-gpu. */
export interface TfjsNodePackage {
  readonly name: string;
  readonly version: string;
  /** Where it lies, with symbolic links resolved, as in the file names of its modules. */
  readonly folder: string;
}

function readPackage(folder: string): TfjsNodePackage {
  const { name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return { name, version, folder: realpathSync(folder) };
}

/** The package in the folder that PLENOPTIC_TFJS_NODE names. */
function readNamedFolder(named: string): TfjsNodePackage {
  const folder = resolve(named);
  if (!existsSync(join(folder, "package.json"))) {
    throw new DeviceError(
      `PLENOPTIC_TFJS_NODE is "${named}", where there is no package.json. Set it to the folder of an installed ` +
        `${packageNames.join(" or ")}, or unset it.`,
    );
  }
  const found = readPackage(folder);
  if (!packageNames.some((name) => name === found.name)) {
    throw new DeviceError(
      `PLENOPTIC_TFJS_NODE is "${named}", which holds the package "${found.name}". Set it to the folder of an ` +
        `installed ${packageNames.join(" or ")}, or unset it.`,
    );
  }
  return found;
}

/** Where a package is looked for: as a peer of this one, then from the program that runs, then from the folder it runs in. */
function startingPoints(): string[] {
  const program = process.argv[1];
  const here = join(process.cwd(), "package.json");
  return [import.meta.url, ...(program && existsSync(program) ? [realpathSync(program)] : []), here];
}

function resolvePackage(name: string): TfjsNodePackage | undefined {
  for (const from of startingPoints()) {
    try {
      return readPackage(dirname(createRequire(from).resolve(`${name}/package.json`)));
    } catch {
      // Not to be seen from there.
    }
  }
  return undefined;
}

/**
 * The packages that can be tried, best first; only the one that PLENOPTIC_TFJS_NODE names, when it is set.
 *
 * @throws {@link DeviceError} when that folder holds no such package
 */
export function locatePackages(): TfjsNodePackage[] {
  const named = process.env.PLENOPTIC_TFJS_NODE;
  if (named) return [readNamedFolder(named)];
  return packageNames.map(resolvePackage).filter((found) => found !== undefined);
}
