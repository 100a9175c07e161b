import { clear, createStore, delMany, entries, set } from "idb-keyval";
import type { Outcome } from "../protocol.js";
import type { Settings } from "../settings/settings.js";

// What survives a reload, in IndexedDB: the work of each tab under a name of its own, so that two tabs do not overwrite each
// other's. A tab knows its name by sessionStorage, and shows by a lock that it is open.

/** The picture, the settings, and the run as it was last saved. */
export interface KeptWork {
  readonly settings: Settings;
  readonly picture: Blob;
  /** The picture it started from, where that was no noise. */
  readonly initial?: Blob;
  /** A `.pt` file. */
  readonly file: Blob;
  readonly iteration: number;
  readonly outcome: Outcome | "stopped";
  readonly savedAt: number;
}

const prefix = "plenoptic-studio ";
/** Works of tabs that were closed, beside those of tabs that are open. */
const mostLeft = 3;
/** A tab that was reloaded gives its lock back in less; one that was duplicated never does. */
const lockMs = 1000;

let database: ReturnType<typeof createStore> | undefined;

/** Throws where the browser stores nothing: in some private windows. */
function store(): ReturnType<typeof createStore> {
  database ??= createStore("plenoptic-studio", "kept");
  return database;
}

/** Holds a lock as long as the page is open. */
function lock(name: string): Promise<boolean> {
  // There are locks in secure contexts only.
  if (!navigator.locks) return Promise.resolve(true);
  return new Promise((resolve) => {
    const hold = () => {
      resolve(true);
      return new Promise<never>(() => undefined);
    };
    navigator.locks.request(name, { signal: AbortSignal.timeout(lockMs) }, hold).catch(() => resolve(false));
  });
}

async function findName(): Promise<string> {
  const known = sessionStorage.getItem(prefix);
  if (known && (await lock(known))) return known;
  const name = `${prefix}${Date.now()} ${Math.random()}`;
  sessionStorage.setItem(prefix, name);
  await lock(name);
  return name;
}

let ownName: Promise<string> | undefined;
function tabName(): Promise<string> {
  ownName ??= findName();
  return ownName;
}

type Entry = readonly [name: string, work: KeptWork];

/** Works of tabs that are not open any more, the newest first. */
async function left(): Promise<Entry[]> {
  const held = (await navigator.locks?.query())?.held ?? [];
  const open = new Set([await tabName(), ...held.map(({ name }) => name)]);
  const all = await entries<string, KeptWork>(store());
  return all.filter(([name]) => !open.has(name)).sort(([, a], [, b]) => b.savedAt - a.savedAt);
}

/** @returns whether it could be kept */
export async function keepWork(work: KeptWork): Promise<boolean> {
  try {
    await set(await tabName(), work, store());
    const old = (await left()).slice(mostLeft).map(([name]) => name);
    if (old.length > 0) await delMany(old, store());
    return true;
  } catch {
    return false;
  }
}

/** The work of this tab before it was reloaded, else the newest of the tabs that are closed. */
export async function keptWork(): Promise<KeptWork | undefined> {
  try {
    const name = await tabName();
    const own = (await entries<string, KeptWork>(store())).find(([key]) => key === name);
    return (own ?? (await left())[0])?.[1];
  } catch {
    return undefined;
  }
}

/** Deletes everything this page has stored, of all tabs. */
export async function deleteWork(): Promise<void> {
  try {
    await clear(store());
  } catch {
    // Where nothing can be stored, nothing is.
  }
}
