import { explain, toModel } from "@plenoptic/cli/settings";
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

/** What the addresses that are made here stand for, for messages. */
const namesOfBlobs = new Map<string, string>();

function asModule(text: string, name: string): string {
  const address = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  namesOfBlobs.set(address, name);
  return address;
}

function withNames(message: string): string {
  let result = message;
  for (const [address, name] of namesOfBlobs) result = result.replaceAll(address, name);
  return result;
}

const handingOut = new Map<string, string>();

function sharedModule(name: string): string {
  Object.assign(globalThis, { [globalName]: shared });
  const known = handingOut.get(name);
  if (known) return known;
  const names = Object.keys(shared[name]).filter((one) => one !== "default");
  const address = asModule(
    `const m = globalThis.${globalName}[${JSON.stringify(name)}];\nexport const { ${names.join(", ")} } = m;`,
    name,
  );
  handingOut.set(name, address);
  return address;
}

async function fetchText(address: string): Promise<string> {
  let response: Response;
  try {
    response = await fetch(address, { referrerPolicy: "no-referrer", credentials: "omit" });
  } catch {
    const isMixed = address.startsWith("http:") && location.protocol === "https:";
    throw new ForeignError(
      `${address} cannot be fetched. ${isMixed ? "A page over https reads addresses with https only." : "Is the address right, and does its host let other pages read it (CORS)?"}`,
    );
  }
  if (!response.ok)
    throw new ForeignError(`${address} cannot be fetched: its host answered ${response.status}.`);
  const text = await response.text();
  if (/^\s*</.test(text)) {
    throw new ForeignError(
      `${address} is a web page, not a module of JavaScript. Where code is shown on a page, take the address of the file itself (“raw”).`,
    );
  }
  return text;
}

function importsOf(text: string, address: string): ReturnType<typeof parse>[0] {
  try {
    return parse(text)[0];
  } catch (cause) {
    throw new ForeignError(`${address} is no module of JavaScript that can be read: ${explain(cause)}`, {
      cause,
    });
  }
}

/** Modules with their imports resolved: each is fetched once, and is one module for all that import it. */
class Modules {
  private readonly known = new Map<string, Promise<string>>();

  /** @param trail - what led to it */
  resolved(address: string, trail: readonly string[] = []): Promise<string> {
    if (trail.includes(address))
      throw new ForeignError(`${address} imports itself in a circle; put the model into one file.`);
    const known = this.known.get(address) ?? this.resolve(address, [...trail, address]);
    this.known.set(address, known);
    return known;
  }

  private async resolve(address: string, trail: readonly string[]): Promise<string> {
    const text = await fetchText(address);
    let result = text;
    // From the end, so that places further up stay where they are.
    for (const { n: name, s: start, e: end, d: kind } of [...importsOf(text, address)].reverse()) {
      let instead: string;
      if (kind === -2) {
        // The module will not be where it was: what it loads beside itself is there still.
        instead = `({ url: ${JSON.stringify(address)} })`;
      } else {
        if (name === undefined) continue;
        const target = await this.addressOf(name, address, trail);
        instead = kind >= 0 ? JSON.stringify(target) : target;
      }
      result = result.slice(0, start) + instead + result.slice(end);
    }
    return asModule(result, address);
  }

  private addressOf(name: string, from: string, trail: readonly string[]): Promise<string> | string {
    if (Object.hasOwn(shared, name)) return sharedModule(name);
    if (/^(\.{0,2}\/|https?:)/.test(name)) return this.resolved(new URL(name, from).href, trail);
    throw new ForeignError(
      `${from} imports "${name}", which this page does not have. It has ${Object.keys(shared).join(", ")}; bundle anything else with the model.`,
    );
  }
}

function parseSpec(spec: string): URL {
  try {
    return new URL(spec);
  } catch (cause) {
    throw new ForeignError(
      `“${spec}” is no address of a module. Write it like https://example.org/model.mjs#MyModel.`,
      { cause },
    );
  }
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
  const url = parseSpec(spec);
  const name = decodeURIComponent(url.hash.slice(1));
  url.hash = "";
  const address = await new Modules().resolved(url.href);
  let exports: Record<string, unknown>;
  try {
    exports = await import(/* @vite-ignore */ address);
  } catch (cause) {
    throw new ForeignError(`The module ${url.href} does not run: ${withNames(explain(cause))}`, { cause });
  }
  return toModel(pick(exports, url.href, name), spec, options);
}
