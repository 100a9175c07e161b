import "@plenoptic/backend-cpu";
import { PlenopticError } from "@plenoptic/tensor";
import { askReference, boundFor, describeDevices, hasReference, referenceIsNeeded } from "@plenoptic/testing";
import { beforeAll, describe, expect, it } from "vitest";
import { checkCase, type ReferenceAnswer, type ReferenceCase, toOurs } from "./reference-cases.js";
import { refusedCases } from "./refused-cases.js";
import { resamplingCases } from "./resampling-cases.js";
import { signalCases } from "./signal-cases.js";

const cases: readonly ReferenceCase[] = [...signalCases, ...resamplingCases];

/** Name, shapes and options. */
const title = ({ name, inputs, options = {} }: ReferenceCase) =>
  `${name} ${JSON.stringify([...inputs, options], (key, v) => (key === "real" || key === "imag" ? key : v))}`;

describe.skipIf(!hasReference)(`plenoptic.process against ours ${referenceIsNeeded}`, () => {
  let answers: ReferenceAnswer[] = [];
  beforeAll(() => {
    const requests = [...cases, ...refusedCases].map(({ ours, gradient = true, ...request }) => ({
      ...request,
      gradient,
    }));
    answers = askReference("process_functions.py", requests);
  }, 60_000);

  it.each(refusedCases.map((c, i) => [title(c), c, i] as const))(
    "both refuse %s",
    (_, { inputs, ours }, i) => {
      expect(answers[cases.length + i].error).toMatch(/Error/);
      expect(() => ours(...(inputs.map(toOurs) as never[]))).toThrow(PlenopticError);
    },
  );

  describeDevices("the same numbers", (device) => {
    const here = cases.map((c, i) => [title(c), c, i] as const);
    it.each(here.filter(([, { dtype = device.dtype }]) => dtype === device.dtype))("%s", (_, c, i) =>
      checkCase(c, answers[i], boundFor(device)),
    );
  });
});
