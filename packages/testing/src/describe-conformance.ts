import type { Device } from "@plenoptic/tensor";
import { describe, it } from "vitest";
import { type ConformanceOptions, conformanceCases } from "./conformance/index.js";

/** Milliseconds for one case: a synthesis on a GPU that is simulated, beside other tests. */
const patience = 300_000;

/** Defines a vitest suite of all conformance cases of a device; those left out are skipped, with the reason in the name. */
export function describeConformance(device: Device, options: ConformanceOptions = {}): void {
  describe(`conformance [${device.device} ${device.dtype}]`, () => {
    const cases = conformanceCases(device, options);
    for (const group of new Set(cases.map((c) => c.group))) {
      describe(group, () => {
        for (const { name, run, skip } of cases.filter((c) => c.group === group)) {
          if (skip) it.skip(`${name} (${skip})`, run);
          else it(name, run, patience);
        }
      });
    }
  });
}
