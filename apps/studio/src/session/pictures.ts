import type { Client, ImportedPicture } from "../protocol.js";
import { defaultCrop, type Settings } from "../settings/settings.js";
import type { Size } from "../square.js";
import type { Store } from "../state.js";
import { type BuiltIn, findBuiltIn } from "./built-in.js";
import { wasEnded } from "./problems.js";

/** What the worker needs to know of a picture to be used whole. */
const uncropped = { reduce: undefined, crop: undefined, left: undefined, top: undefined };

/** Where a new picture is cropped, unless the visitor says otherwise. */
function suitableCrop({ width, height }: Size): Pick<Settings, "reduce" | "crop"> {
  const side = Math.min(width, height);
  // A photograph is reduced as a whole; multiples of 16 suit the texture model, too.
  const reduce = side > 512 ? 256 : undefined;
  const crop = reduce ?? (side >= 16 ? 16 * Math.floor(side / 16) : side);
  return { reduce, crop: Math.min(crop, 256) };
}

const fileOf = async ({ url }: BuiltIn): Promise<Blob> => (await fetch(url)).blob();

const pngName = (name: string): string => `${name.replace(/\.[^.]*$/, "")}.png`;

const changes: Readonly<Record<NonNullable<ImportedPicture["change"]>, string>> = {
  turned: "was turned upright, as its camera was held.",
  format: "is of a format that the command does not read, and became a PNG.",
};

/** The picture that is to be matched: where it comes from, and what is used of it. */
export class Pictures {
  /** Whether something has changed since the worker was last asked for a preview. */
  private isStale = false;
  private showing: Promise<void> | undefined;

  constructor(
    private readonly store: Store,
    private readonly client: () => Client,
    private readonly change: (settings: Settings) => void,
  ) {}

  /** The picture of settings, where the page has it; else the visitor is asked for it. */
  async find(settings: Settings): Promise<void> {
    const builtIn = findBuiltIn(settings.picture);
    if (!builtIn) {
      this.store.set({ wanted: settings.pictureName ?? "a picture" });
      return;
    }
    await this.take(await fileOf(builtIn));
  }

  /** A picture of the page's own. */
  async useBuiltIn(builtIn: BuiltIn): Promise<void> {
    const file = await fileOf(builtIn);
    const { picture } = builtIn;
    this.store.set({ wanted: undefined });
    this.change({
      ...this.store.state.settings,
      ...uncropped,
      picture,
      pictureName: undefined,
      crop: defaultCrop(picture),
    });
    await this.take(file);
  }

  /** A file that the visitor brings. */
  async use(given: Blob, name: string): Promise<void> {
    const { store } = this;
    const { file, change } = await this.client().importPicture(given);
    const pictureName = change ? pngName(name) : name;
    const whole = { ...store.state.settings, ...uncropped };
    const { size, hash } = await this.client().inspect(file);
    const picture = `sha256:${hash}`;
    const { wanted, settings } = store.state;
    store.set({ wanted: undefined });
    if (!wanted || settings.picture !== picture) {
      if (wanted) store.set({ note: "This is another picture than the one the link was made with." });
      else if (change)
        store.set({ note: `${name} ${changes[change]} From now on ${pictureName} is the picture.` });
      this.change({ ...whole, picture, pictureName, ...suitableCrop(size) });
    }
    await this.take(file);
  }

  /** A picture to start from, in place of noise; undefined: noise again. */
  async startFrom(given: File | undefined): Promise<void> {
    const { store } = this;
    if (!given) {
      store.set({ initial: undefined });
      return this.change({ ...store.state.settings, initialImage: undefined, initialImageName: undefined });
    }
    const { file: initial, change } = await this.client().importPicture(given);
    const { hash } = await this.client().preview({ file: initial, settings: store.state.settings });
    const initialImage = `sha256:${hash}`;
    const { settings } = store.state;
    if (settings.initialImage !== undefined && !store.state.initial && settings.initialImage !== initialImage)
      store.set({ note: "This is another picture to start from than the one the link was made with." });
    store.set({ initial });
    this.change({ ...settings, initialImage, initialImageName: change ? pngName(given.name) : given.name });
  }

  /** A file that is known to be good, used as the settings say. */
  async take(file: Blob): Promise<void> {
    this.store.set({ file, preview: undefined });
    await this.show();
  }

  /** Shows what the settings make of the picture: the last ones, where they change faster than the worker answers. */
  show(): Promise<void> {
    this.isStale = true;
    this.showing ??= this.showLast().finally(() => {
      this.showing = undefined;
    });
    return this.showing;
  }

  private async showLast(): Promise<void> {
    const { store } = this;
    while (this.isStale) {
      this.isStale = false;
      const { file, settings } = store.state;
      if (!file) return;
      try {
        const preview = await this.client().preview({ file, settings });
        if (store.state.file === file) store.set({ preview });
      } catch (error) {
        // Where another worker has taken its place, that one is asked.
        if (wasEnded(error)) this.isStale = true;
        if (this.isStale) continue;
        store.set({ preview: undefined });
        throw error;
      }
    }
  }
}
