import { clear, createStore, del, get, set } from "idb-keyval";
import type { Settings } from "./settings/settings.js";

/** What survives a reload: the picture, the settings, and the run as it was last saved. */
export interface KeptWork {
  readonly settings: Settings;
  readonly picture: Blob;
  /** A `.pt` file. */
  readonly file: Blob;
  readonly iteration: number;
  readonly savedAt: number;
}

const key = "work";

/** Undefined where the browser stores nothing: in some private windows. */
function database() {
  try {
    return createStore("plenoptic-studio", "kept");
  } catch {
    return undefined;
  }
}
let opened: ReturnType<typeof database> | null = null;
const store = () => {
  opened ??= database();
  return opened ?? undefined;
};

/** @returns whether it could be kept */
export async function keepWork(work: KeptWork): Promise<boolean> {
  try {
    await set(key, work, store());
    return true;
  } catch {
    return false;
  }
}

export async function keptWork(): Promise<KeptWork | undefined> {
  try {
    return await get<KeptWork>(key, store());
  } catch {
    return undefined;
  }
}

/** Deletes everything this page has stored. */
export async function deleteWork(): Promise<void> {
  try {
    await del(key, store());
    await clear(store());
  } catch {
    // Where nothing can be stored, nothing is.
  }
}
