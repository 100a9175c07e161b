import { resolve } from "node:path";
import { examineSavedSynthesis } from "@plenoptic/io";
import type { CommandIo } from "./io.js";

/** What `plenoptic inspect` was asked to do. */
export interface InspectSettings {
  readonly json?: boolean;
  readonly verbose?: boolean;
}

/** Runs `plenoptic inspect`. */
export async function inspectFile(file: string, { json }: InspectSettings, io: CommandIo): Promise<void> {
  const examined = await examineSavedSynthesis(resolve(io.cwd, file));
  io.stdout.write(`${json ? JSON.stringify(examined) : examined}\n`);
}
