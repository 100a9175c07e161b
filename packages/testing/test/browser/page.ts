// Runs in a page: the conformance cases on the page's own WebGPU, and syntheses whose losses are compared with others.
import "@plenoptic/backend-webgpu";
import { type Device, useBackend } from "@plenoptic/tensor";
import {
  type CaseGroup,
  conformanceCases,
  type NumberArray,
  runSynthesis,
  synthesisModels,
} from "@plenoptic/testing/conformance";

export interface PageResult {
  readonly name: string;
  readonly error: string | undefined;
  readonly ms: number;
}

const device: Device = { device: "webgpu", dtype: "float32" };

const inPage = {
  /** Why WebGPU does not start; undefined where it does. */
  async start(): Promise<string | undefined> {
    try {
      await useBackend("webgpu");
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  },

  /** Runs the cases of the groups, one after the other. */
  async run(groups: CaseGroup[], pictureSize: number): Promise<PageResult[]> {
    const results: PageResult[] = [];
    const cases = conformanceCases(device, { groups, pictureSize });
    for (const { group, name, skip, run } of cases) {
      if (skip) continue;
      const start = performance.now();
      const error = await run().then(
        () => undefined,
        (reason: Error) => reason.message,
      );
      results.push({ name: `${group}: ${name}`, error, ms: performance.now() - start });
    }
    return results;
  },

  /** The losses of a synthesis from a given start. */
  async losses(given: { model: string; image: NumberArray; initial: NumberArray; iterations: number }) {
    const { model, image, initial, iterations } = given;
    const start = { model: synthesisModels[model](), image, initial };
    return [...(await runSynthesis(device, start, [{ device, iterations }])).losses];
  },
};

export type InPage = typeof inPage;
Object.assign(globalThis, { inPage });
