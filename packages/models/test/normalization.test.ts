import { declaredOps, dispose, rand, readSync, run, setSeed, type Tensor, tidy } from "@plenoptic/tensor";
import { boundFor, describeDevices, expectClose, withoutLeak } from "@plenoptic/testing";
import { expect, it } from "vitest";
import { makeLayout } from "../src/portilla-simoncelli/layout.js";
import { maskTensors } from "../src/portilla-simoncelli/mask-tensors.js";
import { measure } from "../src/portilla-simoncelli/measurements.js";
import { normalizationOp } from "../src/portilla-simoncelli/normalize.js";
import { spectralMasks } from "../src/portilla-simoncelli/spectral-masks.js";

const cases = [
  { nScales: 1, nOrientations: 2, spatialCorrWidth: 3 },
  { nScales: 2, nOrientations: 3, spatialCorrWidth: 4 },
  { nScales: 3, nOrientations: 4, spatialCorrWidth: 5 },
];

const count = (options: (typeof cases)[number]) => makeLayout(options).scales.length;

describeDevices("statistics from measurements", (device) => {
  it.each(cases)("on the host as by a composition of ops, with $nScales scales", (options) => {
    withoutLeak(() => {
      setSeed(5);
      const imageShape = [64, 64] as const;
      const x = rand([2, 1, ...imageShape]);
      const resolution = device.dtype === "float64" ? 1e-15 : 1e-6;
      const attrs = { ...options, layout: makeLayout(options), pixelCount: 64 * 64, resolution };
      const name = normalizationOp(options.nScales);
      const all = tidy(() => {
        const masks = maskTensors(spectralMasks({ imageShape, ...options }));
        const { means, lags, imageLags, imagePowers, ...single } = measure(x, masks, {
          imageShape,
          ...options,
        });
        const lists = Object.entries({ means, lags, imageLags, imagePowers });
        const listed = lists.flatMap(([key, list]) => list.map((y, i) => [`${key}${i}`, y] as const));
        return { ...single, ...Object.fromEntries(listed) } as Record<string, Tensor>;
      });
      const dy = rand([2, count(options)]);
      const bound = boundFor(device, { float64: 1e-12, float32: 2e-5 });
      for (const [op, inputs] of [
        [name, all],
        [`${name}Gradient`, { ...all, dy }],
      ] as const) {
        const declared = declaredOps().get(op);
        const composed = tidy(() => [declared?.compose(inputs, attrs as never) as Tensor | Tensor[]].flat());
        const found = [run<Tensor | Tensor[]>(op, inputs, attrs)].flat();
        expect(found.map(({ shape }) => shape)).toEqual(composed.map(({ shape }) => shape));
        found.forEach((y, i) => {
          expectClose(y, composed[i], bound, `${op}, result ${i}`);
        });
        expect(found.some((y) => readSync(y).some((v) => v !== 0))).toBe(true);
        dispose(composed, found);
      }
      dispose(x, all, dy);
    });
  });
});
