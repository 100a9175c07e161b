import type { Records } from "../protocol.js";
import { fromAddress } from "../settings/address.js";
import type { Settings } from "../settings/settings.js";

/** Adds numbers in place; those from where they begin are replaced. */
export function joinRecords(all: Records, more: Records): void {
  for (const name of ["losses", "penalties", "gradientNorm", "pixelChangeNorm"] as const) {
    all[name].length = more.from;
    // Never all at once as arguments: there may be many.
    for (const value of more[name]) all[name].push(value);
  }
}

function linkOf(record: unknown): string | undefined {
  if (typeof record !== "object" || record === null || !("link" in record)) return undefined;
  return typeof record.link === "string" && record.link.includes("#") ? record.link : undefined;
}

/** The settings in a `metamer.json`: its link has them all. */
export async function settingsOfRecord(file: Blob, name: string): Promise<Settings> {
  let link: string | undefined;
  try {
    link = linkOf(JSON.parse(await file.text()));
  } catch {
    // It is said below what it is not.
  }
  if (link === undefined) throw new Error(`${name} has no settings of this page: it is no metamer.json.`);
  return fromAddress(link.slice(link.indexOf("#") + 1));
}
