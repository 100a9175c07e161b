import { type TerminalProtocol, terminalPicture } from "@plenoptic/plot";
import type { Metamer } from "@plenoptic/synthesis";
import { read } from "@plenoptic/tensor";
import { UsageError } from "./errors.js";
import type { OutputStream } from "./io.js";
import { barLine, type ProgressDisplay, type ShownReport } from "./progress-line.js";

/** Milliseconds between two pictures, and between two lines. */
const pictureMs = 500;
const lineMs = 66;
const mostRows = 24;

const protocols: readonly TerminalProtocol[] = ["kitty", "sixel", "blocks", "blocks256"];

/**
 * What a terminal can show, by what it says of itself; PLENOPTIC_TERMINAL says it for it. Inside tmux and screen, which hand on
 * neither of the two protocols unless told to, half blocks.
 */
export function terminalProtocol(env: Readonly<Record<string, string | undefined>>): TerminalProtocol {
  const { PLENOPTIC_TERMINAL: asked, TERM = "", TERM_PROGRAM: program = "", COLORTERM = "" } = env;
  if (asked) {
    const found = protocols.find((name) => name === asked);
    if (!found) {
      throw new UsageError(`PLENOPTIC_TERMINAL must be one of ${protocols.join(", ")}, but is ${asked}.`);
    }
    return found;
  }
  if (!env.TMUX && !TERM.startsWith("screen")) {
    if (TERM.includes("kitty") || env.KITTY_WINDOW_ID || ["ghostty", "WezTerm"].includes(program))
      return "kitty";
    if (/sixel|^foot|^mlterm|^contour/.test(TERM) || ["iTerm.app", "mintty"].includes(program))
      return "sixel";
  }
  return /truecolor|24bit/.test(COLORTERM) ? "blocks" : "blocks256";
}

/** Where picture and line stand on a terminal: the picture above, the line below it, the cursor behind the line. */
export class WatchDisplay implements ProgressDisplay {
  private last: ShownReport | undefined;
  private hasPicture = false;
  private pictureAt = Number.NEGATIVE_INFINITY;
  private lineAt = Number.NEGATIVE_INFINITY;
  private readonly rows: number;

  constructor(
    private readonly stream: OutputStream,
    private readonly protocol: TerminalProtocol,
  ) {
    // The line, and one more for the shell's prompt.
    this.rows = Math.max(2, Math.min(mostRows, (stream.rows ?? 24) - 3));
  }

  writesLine(): boolean {
    return false;
  }

  update(report: ShownReport): void {
    this.last = report;
    const isDue = performance.now() - this.lineAt >= lineMs || report.iteration === report.maxIter;
    if (isDue) this.drawLine();
  }

  private drawLine(): void {
    if (!this.last) return;
    this.lineAt = performance.now();
    this.stream.write(`\r\x1b[2K${barLine(this.last, (this.stream.columns || 80) - 1)}`);
  }

  /** Draws the metamer as it is now, unless that was done a moment ago. */
  async picture(metamer: Metamer, { always = false }: { always?: boolean } = {}): Promise<void> {
    if (!always && performance.now() - this.pictureAt < pictureMs) return;
    this.pictureAt = performance.now();
    const image = { data: await read(metamer.metamer), shape: metamer.metamer.shape };
    const { stream, rows, protocol } = this;
    const text = terminalPicture(image, { protocol, rows, columns: (stream.columns || 80) - 1 });
    stream.write(`\r\x1b[2K${this.hasPicture ? `\x1b[${rows}A` : ""}${text}`);
    this.hasPicture = true;
    this.drawLine();
  }

  note(text: string): void {
    this.stream.write(`\r\x1b[2K${text}\n`);
    // The picture has moved up with what was written; the next one stands below it.
    this.hasPicture = false;
    this.drawLine();
  }

  stop(): void {
    if (!this.last) return;
    this.drawLine();
    this.stream.write("\n");
    this.last = undefined;
    this.hasPicture = false;
  }
}
