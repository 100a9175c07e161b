import { type Device, invalidArgument } from "@plenoptic/tensor";
import { errorCases } from "./errors.js";
import { gradientCases } from "./gradients.js";
import { kernelCases } from "./kernels.js";
import { memoryCases } from "./memory.js";
import { movingCases } from "./moving.js";
import { synthesisCases } from "./synthesis.js";
import type { CaseGroup, ConformanceCase, ConformanceOptions } from "./types.js";
import { valueCases } from "./values.js";

const groups: Readonly<
  Record<CaseGroup, (device: Device, options: ConformanceOptions) => ConformanceCase[]>
> = {
  values: valueCases,
  gradients: gradientCases,
  kernels: kernelCases,
  memory: memoryCases,
  errors: errorCases,
  moving: movingCases,
  synthesis: synthesisCases,
};

const fullName = ({ group, name }: ConformanceCase) => `${group}: ${name}`;

/**
 * Everything that plenoptic.js expects of a backend, as functions that any runner of tests can call, in Node or in a page.
 * Import the backend's package before; the device is started by the first case. Run the cases one after the other.
 *
 * @param device - the device to test, by name and precision
 * @param options - by name
 * @param options.groups - the groups of cases wanted; default all
 * @param options.others - where a synthesis is moved to and what it runs beside; default `cpu` in both precisions
 * @param options.pictureSize - height and width of the pictures of syntheses; default 64
 * @param options.except - known shortcomings: what is left out, and why
 * @throws {@link ValidationError} when an exception matches no case
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu"; // or a backend of your own
 * import { conformanceCases } from "@plenoptic/testing/conformance";
 *
 * const cases = conformanceCases({ device: "cpu", dtype: "float32" }, { groups: ["errors", "moving"] });
 * for (const { group, name, skip, run } of cases) {
 *   if (skip) console.log(`${group}: ${name} left out: ${skip}`);
 *   else await run(); // rejects when the backend does something else
 * }
 * ```
 */
export function conformanceCases(device: Device, options: ConformanceOptions = {}): ConformanceCase[] {
  const { groups: wanted = Object.keys(groups) as CaseGroup[], except = [] } = options;
  const all = wanted.flatMap((group) => {
    if (!groups[group]) throw invalidArgument("groups", wanted, `some of ${Object.keys(groups).join(", ")}`);
    return groups[group](device, options);
  });
  for (const { cases } of except) {
    if (!all.some((c) => cases.test(fullName(c)))) {
      throw invalidArgument("except", String(cases), "an expression that matches a case", "Remove it.");
    }
  }
  return all.map((c) => {
    const exception = except.find(({ cases }) => cases.test(fullName(c)));
    return exception ? { ...c, skip: exception.reason } : c;
  });
}
