import { render } from "preact";
import { Session } from "./session/session.js";
import { Store } from "./state.js";
import { App } from "./views/app.js";

const store = new Store();
const session = new Session(store);

const root = document.getElementById("app");
if (root) render(<App store={store} session={session} />, root);

void session.begin();
addEventListener("hashchange", () => void session.addressChanged());
keepOffline();

/** Keeps all files of the page, so that nothing has to be loaded any more. */
function keepOffline(): void {
  if (!("serviceWorker" in navigator) || !import.meta.env.PROD) return;
  navigator.serviceWorker
    .register(new URL("./offline.js", location.href))
    .then(() => navigator.serviceWorker.ready)
    .then(() => store.set({ isOffline: true }))
    // The page works without, as long as its host answers.
    .catch(() => undefined);
}
