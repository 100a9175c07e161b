/** Makes, saves, loads and continues a metamer in a page: run by files-in-browser.test.ts. */
import { io, Metamer, models, rand, read, setSeed, setWarningHandler, useBackend } from "plenoptic";

const fresh = () => {
  setSeed(0);
  return new Metamer(rand([1, 1, 32, 32]), new models.OnOff(15, { pretrained: false }));
};

/** The bytes of a file of 4 iterations, what 4 more make of it, and what is said of it. */
export async function saveAndLoad() {
  setWarningHandler(() => {});
  await useBackend("cpu", { dtype: "float64" });
  const metamer = fresh();
  await metamer.synthesize({ maxIter: 4 });
  const blob = await metamer.saveToBlob();
  const again = fresh();
  await again.loadFromBlob(blob);
  await again.synthesize({ maxIter: 4 });
  return {
    file: Array.from(new Uint8Array(await blob.arrayBuffer())),
    losses: again.losses,
    metamer: Array.from(await read(again.metamer)),
    examined: String(await io.examineSavedSynthesis(blob)),
  };
}

Object.assign(globalThis, { saveAndLoad });
