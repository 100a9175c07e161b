import type { Session } from "../session/session.js";
import { type Store, useStore } from "../state.js";
import { Controls } from "./controls.js";
import { Header } from "./header.js";
import { Keep } from "./keep.js";
import { Messages } from "./messages.js";
import { ModelPanel } from "./model-panel.js";
import { Numbers } from "./numbers.js";
import { PicturePanel } from "./picture-panel.js";
import { Stage } from "./stage/stage.js";

export function App({ store, session }: { store: Store; session: Session }) {
  const state = useStore(store);
  const props = { state, session };
  return (
    <>
      <Header {...props} />
      <main>
        <form class="choices" aria-label="What to synthesize" onSubmit={(event) => event.preventDefault()}>
          <PicturePanel {...props} />
          <ModelPanel {...props} />
        </form>
        <Controls {...props} />
        <section class="work" aria-label="The metamer">
          <Messages {...props} />
          <Stage {...props} />
          <Numbers {...props} />
          <Keep {...props} />
        </section>
      </main>
      <p class="hidden" role="status">
        {state.announcement}
      </p>
    </>
  );
}
