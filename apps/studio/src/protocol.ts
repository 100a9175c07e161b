import type { PlainMetamer } from "@plenoptic/synthesis";
import type { OptionBag, Settings } from "./settings/settings.js";
import type { Size } from "./square.js";

// What the page and its worker say to each other. Pictures go as bytes of colour, so that the page only shows them.

/** A picture to be shown: four bytes a pixel. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
}

/** What kind of value an option takes, as the command has it. */
export type OptionKind = "size" | "number" | "numbers" | "flag" | "flags" | "word" | "record";

/** An option that can be chosen, with what it is when nobody chooses. */
export interface Choice {
  readonly name: string;
  readonly kind: OptionKind;
  readonly preset: unknown;
}

/** Something that can be chosen by name, and its options. */
export interface Entry {
  readonly name: string;
  readonly options: readonly Choice[];
  /** Options that have no default, with what suits. */
  readonly needed?: OptionBag;
}

/** A model, and what is chosen for it where nobody chooses. */
export interface ModelEntry extends Entry, Recipe {
  /** For a model with scales: what is chosen when they are matched one after the other. */
  readonly coarseToFine?: Recipe;
}

/** How a metamer is looked for where nobody chooses. */
export interface Recipe {
  readonly loss: string;
  readonly optimizer: string;
  readonly optimizerOption: OptionBag;
}

/** Everything that can be chosen. */
export interface Catalogue {
  readonly models: readonly ModelEntry[];
  readonly losses: readonly string[];
  readonly optimizers: readonly Entry[];
  readonly schedulers: readonly Entry[];
}

/** Whether there is a GPU, and what computes when nobody chooses. */
export interface DeviceReport {
  readonly chosen: "cpu" | "webgpu";
  /** In a sentence for people. */
  readonly reason: string;
}

/** A picture file and what of it is used. */
export interface PictureOrder {
  readonly file: Blob;
  readonly settings: Settings;
}

/** A picture that the command reads, too. */
export interface ImportedPicture {
  /** The file itself, or a PNG of it. */
  readonly file: Blob;
  /** Why it is another file: it was turned upright, or is of a format that the command does not read. */
  readonly change?: "turned" | "format";
}

/** What a picture file is. */
export interface Inspected {
  readonly size: Size;
  /** SHA-256 of the file, in hexadecimal. */
  readonly hash: string;
}

/** What a picture file is, and what the settings make of it. */
export interface Preview {
  readonly whole: Size;
  /** What it is reduced to, from which the square is cut. */
  readonly reduced: Size;
  /** The reduced picture, small enough to be looked at as a whole. */
  readonly overview: Raster;
  readonly used: Raster;
  /** SHA-256 of the file, in hexadecimal. */
  readonly hash: string;
}

export interface RunOrder extends PictureOrder {
  /** The picture to start from, where it is not noise. */
  readonly initial?: Blob;
  /** A `.pt` file to go on from. */
  readonly resume?: Blob;
}

/** What a run starts with. */
export interface RunStart {
  readonly target: Raster;
  readonly metamer: Raster;
  readonly device: string;
  readonly dtype: string;
  readonly reason: string;
  /** Settings with every choice made: loss, optimizer, device and all options. */
  readonly used: Settings;
  readonly records: Records;
  readonly storedEvery: number;
  readonly storedFrames: number;
}

/** Numbers of iterations, from one on. */
export interface Records {
  readonly from: number;
  readonly losses: number[];
  readonly penalties: number[];
  readonly gradientNorm: number[];
  readonly pixelChangeNorm: number[];
}

/** How far the representation of the metamer is from that of the target. */
export type ErrorView =
  | { readonly kind: "maps"; readonly maps: readonly Raster[]; readonly largest: number }
  | { readonly kind: "shares"; readonly shares: readonly { name: string; share: number }[] }
  | { readonly kind: "none" };

/** A stored image, as it is shown when somebody goes back to it. */
export interface StoredFrame {
  readonly raster: Raster;
  readonly error: ErrorView;
}

/** News of a run. */
export interface Progress {
  readonly iteration: number;
  readonly records: Records;
  readonly metamer: Raster;
  readonly error?: ErrorView;
  readonly storedFrames: number;
  /** Since synthesis was started or continued. */
  readonly elapsedMs: number;
  /** Coarse to fine: the scale whose turn it is. */
  readonly scale?: string;
  readonly perSecond: number;
}

export type Outcome = "paused" | "finished" | "converged";

export interface RunEnd extends Progress {
  readonly outcome: Outcome;
  /** Of the metamer's values, as the command writes it. */
  readonly sha256: string;
}

/** What a `.pt` file holds that can be looked at. */
export interface OpenedFile {
  readonly target: Raster;
  readonly metamer: Raster;
  readonly records: Records;
  readonly storedEvery: number;
  readonly storedFrames: number;
  /** What the file says of how it was made. */
  readonly known: Partial<Settings>;
}

/** A metamer as plain numbers, for films of it. */
export type PlotArrays = Omit<PlainMetamer, "model" | "representationError">;

/** An error for people. */
export interface Problem {
  readonly code: string;
  readonly message: string;
}

/** What the page can ask of the worker. */
export interface Requests {
  describe(): { catalogue: Catalogue; devices: DeviceReport };
  importPicture(file: Blob): ImportedPicture;
  inspect(file: Blob): Inspected;
  preview(order: PictureOrder): Preview;
  /** Takes a `.pt` file to look at. */
  open(file: Blob): OpenedFile;
  start(order: RunOrder): RunStart;
  /** Makes iterations until so many have been made in all; answers when it ends, or {@link pause} is asked. */
  synthesize(until: number, stopCriterion: number): RunEnd;
  pause(): void;
  /** A stored image; the last one is the current image. */
  frame(index: number): StoredFrame;
  save(): Blob;
  arrays(): PlotArrays;
  png(which: "metamer" | "target"): Blob;
}

/** What the worker tells unasked. */
export type News =
  | { readonly kind: "progress"; readonly progress: Progress }
  /** Something else computes now. */
  | { readonly kind: "moved"; readonly device: string; readonly reason: string }
  | { readonly kind: "note"; readonly text: string };

export type RequestName = keyof Requests;

export interface RequestMessage {
  readonly id: number;
  readonly name: RequestName;
  readonly args: readonly unknown[];
}

export type WorkerMessage =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly problem: Problem }
  | { readonly news: News };

/** The requests as functions that are awaited. */
export type Client = {
  readonly [N in RequestName]: (
    ...args: Parameters<Requests[N]>
  ) => Promise<Awaited<ReturnType<Requests[N]>>>;
};

/** The same on the other side. */
export type Handlers = {
  readonly [N in RequestName]: (
    ...args: Parameters<Requests[N]>
  ) => ReturnType<Requests[N]> | Promise<ReturnType<Requests[N]>>;
};
