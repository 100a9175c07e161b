import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { TakenFile } from "../session/session.js";
import { toAddress } from "../settings/address.js";
import { toCommand } from "../settings/command.js";
import { copyText } from "./copy-text.js";
import { download } from "./download.js";
import type { ViewProps } from "./view-props.js";

/** Files to take away, the link, and the command that makes the same. */
export function Keep({ state, session }: ViewProps) {
  const { run, phase, isKept } = state;
  const [copied, setCopied] = useState("");
  if (!run) return null;
  const isBusy = phase !== "ended";
  const take = async (name: TakenFile) => {
    const file = await session.file(name);
    if (file) download(file, name);
  };
  const takeButton = (name: TakenFile) => (
    <button key={name} type="button" disabled={isBusy} onClick={() => void take(name)}>
      {name}
    </button>
  );
  if (run.opened) return <KeepSection buttons={takeButton("metamer.pt")} />;
  const copy = (what: string, text: string) => {
    void copyText(text).then((isCopied) => {
      if (isCopied) setCopied(what);
      else
        session.complain(`This browser does not let the page copy. Select it and copy it yourself: ${text}`);
    });
  };
  const { pictureName = "picture.png" } = run.settings;
  // A photograph of the camera's, a pasted picture, or one that had to be changed is no file that the visitor has.
  const isOnlyHere = run.settings.picture.startsWith("sha256:") && !(run.picture instanceof File);
  const command = toCommand(run.start.used, pictureName);
  const link = new URL(`#${toAddress(run.settings)}`, location.href).href;
  const record = () => {
    const { used, dtype, device } = run.start;
    const { losses, penalties, gradientNorm, pixelChangeNorm } = run.records;
    const { iteration: iterations, sha256 } = run;
    const facts = { settings: { ...used, device, dtype }, iterations, sha256, command, link };
    const all = { ...facts, losses, penalties, gradientNorm, pixelChangeNorm };
    return new Blob([`${JSON.stringify(all, null, 1)}\n`], { type: "application/json" });
  };
  const buttons = (
    <>
      {(["metamer.pt", "metamer.png", "target.png"] as const).map(takeButton)}
      {isOnlyHere && (
        <button
          type="button"
          title="The picture itself, which the link and the command need"
          onClick={() => download(run.picture, pictureName)}
        >
          {pictureName}
        </button>
      )}
      {(["mp4", "webm", "gif"] as const).map((format) => (
        <button
          key={format}
          type="button"
          disabled={isBusy || run.storedFrames < 2}
          onClick={async () => {
            const film = await session.film(format);
            if (film) download(film, `metamer.${format}`);
          }}
        >
          metamer.{format}
        </button>
      ))}
      <button type="button" disabled={isBusy} onClick={() => download(record(), "metamer.json")}>
        metamer.json
      </button>
      <button type="button" onClick={() => copy("link", link)}>
        {copied === "link" ? "Link copied" : "Copy link"}
      </button>
    </>
  );
  return (
    <KeepSection buttons={buttons}>
      <p class="hint">
        metamer.pt opens in Python with plenoptic, and here again. The link stands for these settings, and on
        cpu for the same bits.
      </p>
      <p class="command">
        <code>{command}</code>
        <button type="button" onClick={() => copy("command", command)}>
          {copied === "command" ? "Copied" : "Copy"}
        </button>
      </p>
      {run.sha256 && (
        <p class="hint">
          SHA-256 of the metamer: <code data-testid="sha256">{run.sha256}</code>
        </p>
      )}
      <p class="hint">
        {isKept && <span data-testid="kept">Kept in this browser for the next visit. </span>}
        {isKept === false && (
          <span>This browser keeps nothing for the next visit (a private window?): save metamer.pt. </span>
        )}
        <button type="button" class="plain" disabled={isBusy} onClick={() => void session.forget()}>
          Delete what is kept
        </button>
      </p>
    </KeepSection>
  );
}

function KeepSection({ buttons, children }: { buttons: ComponentChildren; children?: ComponentChildren }) {
  return (
    <section class="keep" aria-labelledby="keep-title">
      <h2 id="keep-title">Keep it</h2>
      <div class="row downloads">{buttons}</div>
      {children}
    </section>
  );
}
