import "@plenoptic/backend-cpu";
import { askReference, boundFor, describeDevices, hasReference, referenceIsNeeded } from "@plenoptic/testing";
import { beforeAll, describe, it } from "vitest";
import { type Answer, checkCase, type ReferenceCase } from "./reference-cases.js";
import { signalCases } from "./signal-cases.js";

const cases: readonly ReferenceCase[] = [...signalCases];

const title = ({ name, inputs, options }: ReferenceCase) =>
  `${name} ${JSON.stringify([...inputs, options ?? {}], (key, v) => (key === "real" || key === "imag" ? `${v.length}` : v))}`;

describe.skipIf(!hasReference)(`plenoptic.process against ours ${referenceIsNeeded}`, () => {
  let answers: { result?: Answer; error?: string }[] = [];
  beforeAll(() => {
    answers = askReference(
      "process_functions.py",
      cases.map(({ ours, ...request }) => request),
    );
  }, 60_000);

  describeDevices("the same numbers", (device) => {
    it.each(cases.map((c, i) => [title(c), c, i] as const))("%s", (_, c, i) =>
      checkCase(c, answers[i], boundFor(device)),
    );
  });
});
