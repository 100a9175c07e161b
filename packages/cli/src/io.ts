/** The part of a stream that the command writes to. */
export interface OutputStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/** Where a run of the command reads and writes, and what stops it. */
export interface CommandIo {
  /** Results: the summary, or one line of JSON. */
  readonly stdout: OutputStream;
  /** Everything that is for people to watch: progress, warnings, errors. */
  readonly stderr: OutputStream;
  /** Aborted at the first Ctrl-C. */
  readonly signal: AbortSignal;
  /** Folder that relative paths start from. */
  readonly cwd: string;
}

/** The process's own streams and folder. */
export function processIo(): CommandIo {
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    signal: new AbortController().signal,
    cwd: process.cwd(),
  };
}
