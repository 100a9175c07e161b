import { useEffect, useState } from "preact/hooks";
import type {
  Catalogue,
  DeviceReport,
  ErrorView,
  Outcome,
  Preview,
  Problem,
  Raster,
  Records,
  RunStart,
  StoredFrame,
} from "./protocol.js";
import { defaultSettings, type Settings } from "./settings/settings.js";

export type Phase = "loading" | "ready" | "starting" | "running" | "pausing" | "ended";

/** A run as the page knows it. */
export interface RunView {
  /** The `.pt` file it was opened from, where no model has been made for it yet. */
  readonly opened?: Blob;
  readonly start: RunStart;
  /** As they were chosen for it: the form may have changed since. */
  readonly settings: Settings;
  /** The file of its target. */
  readonly picture: Blob;
  /** The file it started from, where that was no noise. */
  readonly initial?: Blob;
  /** Coarse to fine: the scale whose turn it is. */
  readonly scale?: string;
  readonly metamer: Raster;
  readonly error: ErrorView;
  readonly iteration: number;
  /** Iterations after which it ends. */
  readonly until: number;
  /** By how many it goes on beyond its end. */
  readonly more: number;
  /** Grows in place; {@link iteration} says how far. */
  readonly records: Records;
  readonly perSecond: number;
  readonly storedFrames: number;
  readonly outcome?: Outcome | "stopped" | "opened";
  readonly sha256?: string;
}

/** What is shown when somebody goes back through the stored images. */
export interface ShownFrame extends StoredFrame {
  readonly index: number;
}

/** All that the page shows. */
export interface State {
  readonly phase: Phase;
  readonly settings: Settings;
  readonly catalogue?: Catalogue;
  readonly devices?: DeviceReport;
  /** The picture file, and what it gives with these settings. */
  readonly file?: Blob;
  /** The picture to start from, where the settings ask for one and the visitor has brought it. */
  readonly initial?: Blob;
  readonly preview?: Preview;
  /** A file that the visitor has brought is being read. */
  readonly isReading?: boolean;
  /** A link asks for a picture that the visitor has to bring. */
  readonly wanted?: string;
  /** The address of foreign code that the visitor wants to run. */
  readonly trusted?: string;
  readonly run?: RunView;
  readonly shown?: ShownFrame;
  readonly problem?: Problem;
  readonly note?: string;
  /** How far something is that takes its time; too often to be read aloud. */
  readonly working?: string;
  /** Said to those who do not see the page change. */
  readonly announcement: string;
  /** Whether the work could be kept for the next visit; undefined before it was tried. */
  readonly isKept?: boolean;
  /** Iterations of the work of the last visit, which a link keeps from being shown. */
  readonly keptBefore?: number;
  readonly isOffline: boolean;
}

type Listener = () => void;

/** Holds the state; whoever listens hears of each change. */
export class Store {
  private listeners = new Set<Listener>();
  private current: State = {
    phase: "loading",
    settings: defaultSettings,
    announcement: "",
    isOffline: false,
  };

  get state(): State {
    return this.current;
  }

  set(change: Partial<State>): void {
    this.current = { ...this.current, ...change };
    for (const listener of this.listeners) listener();
  }

  setRun(change: Partial<RunView>): void {
    const { run } = this.current;
    if (run) this.set({ run: { ...run, ...change } });
  }

  subscribe(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

/** The state in a view, which is drawn again when it changes. */
export function useStore(store: Store): State {
  const [state, setState] = useState(store.state);
  useEffect(() => {
    const update = () => setState(store.state);
    update();
    return store.subscribe(update);
  }, [store]);
  return state;
}
