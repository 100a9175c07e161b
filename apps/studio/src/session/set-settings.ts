import { toAddress } from "../settings/address.js";
import type { Settings } from "../settings/settings.js";
import type { Store } from "../state.js";

/** Changes settings, and the address with them. */
export function setSettings(store: Store, settings: Settings, isOnTheWay = false): void {
  store.set({ settings, problem: undefined });
  // Browsers refuse an address that changes with each movement of a pointer.
  if (!isOnTheWay) history.replaceState(null, "", `#${toAddress(settings)}`);
}
