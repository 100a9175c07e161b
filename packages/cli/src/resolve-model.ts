import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { nearest } from "@plenoptic/tensor";
import { CommandError, errorCode, explain, UsageError } from "./errors.js";
import { toModel } from "./export-to-model.js";
import { isPath, parseModelSpec } from "./model-spec.js";
import type { OptionBag } from "./option-values.js";
import { type ModelForShape, makeBuiltInModel } from "./registry.js";
import { asImportedFrom, sharePackages } from "./shared-packages.js";

/** A model for pictures of any size, and the options it is made with, the command's defaults included. */
export interface ResolvedModel {
  readonly modelFor: ModelForShape;
  readonly options: OptionBag;
}

/** Address of a module: a file as seen from the folder, or a package installed there. */
function moduleAddress(specifier: string, cwd: string): string {
  if (specifier.startsWith("file:")) return specifier;
  const path = resolve(cwd, specifier);
  if (existsSync(path)) return pathToFileURL(path).href;
  if (isPath(specifier)) throw new UsageError(`There is no file ${path} to take the model from.`);
  return asImportedFrom(specifier, pathToFileURL(`${cwd}/`).href);
}

async function load(specifier: string, cwd: string): Promise<Record<string, unknown>> {
  const address = moduleAddress(specifier, cwd);
  sharePackages();
  try {
    return await import(/* @vite-ignore */ address);
  } catch (cause) {
    const message = explain(cause);
    if (errorCode(cause) === "ERR_MODULE_NOT_FOUND" && message.includes(`'${specifier}'`)) {
      throw new UsageError(
        `There is no package "${specifier}" installed in ${cwd}, nor a file of that name. Install it there, or give the file's path.`,
        { cause },
      );
    }
    const hint =
      errorCode(cause) === "ERR_UNKNOWN_FILE_EXTENSION"
        ? ` This Node (${process.version}) reads JavaScript only.`
        : "";
    throw new CommandError(`The module ${specifier} cannot be loaded: ${message}${hint}`, { cause });
  }
}

/** The export of a name, or an error that lists what there is. */
function pickExport(exports: Record<string, unknown>, specifier: string, name: string): unknown {
  if (name !== "" && Object.hasOwn(exports, name)) return exports[name];
  const names = Object.keys(exports);
  const has = names.length > 0 ? `It exports: ${names.join(", ")}.` : "It exports nothing.";
  if (name === "") {
    throw new UsageError(`Say which export is the model, as ${specifier}#${names[0] ?? "NAME"}. ${has}`);
  }
  const close = nearest(name, names);
  throw new UsageError(
    `${specifier} has no export "${name}". ${close ? `Did you mean "${close}"? ` : ""}${has}`,
  );
}

/**
 * The model that `--model` names: a built-in one, or an export of a file or of an installed package.
 *
 * @param spec - a built-in name, or `module#export`
 * @param given - options to make it with
 * @param cwd - folder that paths and packages are looked for from
 * @throws {@link UsageError} when there is no such name, module or export, or it is no model
 */
export async function resolveModel(spec: string, given: OptionBag, cwd: string): Promise<ResolvedModel> {
  const parsed = parseModelSpec(spec);
  if ("builtIn" in parsed) return makeBuiltInModel(parsed.builtIn, given);
  if (parsed.module === "") throw new UsageError(`--model ${spec} names no module before the #.`);
  const exported = pickExport(await load(parsed.module, cwd), parsed.module, parsed.exportName);
  const model = await toModel(exported, spec, given);
  return { modelFor: () => model, options: given };
}
