import { toModel } from "@plenoptic/cli/settings";
import * as losses from "@plenoptic/losses";
import * as models from "@plenoptic/models";
import * as process from "@plenoptic/process";
import type { ModelLike } from "@plenoptic/synthesis";
import * as tensor from "@plenoptic/tensor";
import { nearest } from "@plenoptic/tensor";
import { parse } from "es-module-lexer/js";
import type { OptionBag } from "../settings/settings.js";

// A model of somebody else's, by its address. It is written as for the command: it imports @plenoptic/tensor and the like by
// their names, which a browser does not resolve in a worker. So its text is fetched, and those names are replaced by
// modules that hand out this page's own copies.

const shared: Readonly<Record<string, Record<string, unknown>>> = {
  "@plenoptic/tensor": tensor,
  "@plenoptic/process": process,
  "@plenoptic/models": models,
  "@plenoptic/losses": losses,
};

/** Where the modules that hand out find what to hand out. */
const globalName = "plenopticShared";

class ForeignError extends Error {
  readonly code = "foreign";
}

const asModule = (text: string) => URL.createObjectURL(new Blob([text], { type: "text/javascript" }));

const handingOut = new Map<string, string>();

function sharedModule(name: string): string {
  Object.assign(globalThis, { [globalName]: shared });
  const known = handingOut.get(name);
  if (known) return known;
  const names = Object.keys(shared[name]).filter((one) => one !== "default");
  const address = asModule(
    `const m = globalThis.${globalName}[${JSON.stringify(name)}];\nexport const { ${names.join(", ")} } = m;`,
  );
  handingOut.set(name, address);
  return address;
}

async function fetchText(address: string): Promise<string> {
  let response: Response;
  try {
    response = await fetch(address, { referrerPolicy: "no-referrer", credentials: "omit" });
  } catch {
    throw new ForeignError(
      `${address} cannot be fetched. Is the address right, and does its host let other pages read it (CORS)?`,
    );
  }
  if (!response.ok)
    throw new ForeignError(`${address} cannot be fetched: its host answered ${response.status}.`);
  return response.text();
}

/** A module with its imports resolved, and theirs; `trail` is what led to it. */
async function resolved(address: string, trail: readonly string[]): Promise<string> {
  if (trail.includes(address))
    throw new ForeignError(`${address} imports itself in a circle; put the model into one file.`);
  const text = await fetchText(address);
  const [imports] = parse(text);
  let result = text;
  // From the end, so that places further up stay where they are.
  for (const { n: name, s: start, e: end, d: kind } of [...imports].reverse()) {
    if (name === undefined || kind === -2) continue;
    const target = await addressOf(name, address, [...trail, address]);
    const quoted = kind >= 0;
    result = result.slice(0, start) + (quoted ? JSON.stringify(target) : target) + result.slice(end);
  }
  return asModule(result);
}

async function addressOf(name: string, from: string, trail: readonly string[]): Promise<string> {
  if (Object.hasOwn(shared, name)) return sharedModule(name);
  if (/^(\.{0,2}\/|https?:)/.test(name)) return resolved(new URL(name, from).href, trail);
  throw new ForeignError(
    `${from} imports "${name}", which this page does not have. It has ${Object.keys(shared).join(", ")}; bundle anything else with the model.`,
  );
}

function pick(exports: Record<string, unknown>, address: string, name: string): unknown {
  if (Object.hasOwn(exports, name)) return exports[name];
  const names = Object.keys(exports);
  // One export needs no name.
  if (name === "" && names.length === 1) return exports[names[0]];
  const close = nearest(name, names);
  const has = names.length ? `It exports: ${names.join(", ")}.` : "It exports nothing.";
  const hint = close ? ` Did you mean “${close}”?` : "";
  throw new ForeignError(
    name === ""
      ? `Say which export is the model: add #${names[0] ?? "NAME"} to the address. ${has}`
      : `${address} has no export “${name}”.${hint} ${has}`,
  );
}

/**
 * The model at an address.
 *
 * @param spec - address of a module, `#` and the name of the export
 */
export async function foreignModel(spec: string, options: OptionBag): Promise<ModelLike> {
  const url = new URL(spec);
  const name = decodeURIComponent(url.hash.slice(1));
  url.hash = "";
  const address = await resolved(url.href, []);
  let exports: Record<string, unknown>;
  try {
    exports = await import(/* @vite-ignore */ address);
  } catch (cause) {
    throw new ForeignError(`The module ${url.href} does not run: ${(cause as Error).message}`, { cause });
  }
  return toModel(pick(exports, url.href, name), spec, options);
}
