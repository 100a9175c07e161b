import "my-backend";
import { describe, it } from "node:test";
import { conformanceCases } from "@plenoptic/testing/conformance";

const cases = conformanceCases(
  { device: "mine", dtype: "float32" },
  {
    // Plain JavaScript is slow; a fast backend takes the default, 64.
    pictureSize: 32,
    // What the backend cannot do, and why, would stand here: { cases: /^values: erf /, reason: "…" }
    except: [],
  },
);

describe("conformance of my-backend", () => {
  for (const { group, name, skip, run } of cases) it(`${group}: ${name}`, { skip }, run);
});
