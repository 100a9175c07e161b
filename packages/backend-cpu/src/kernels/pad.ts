import { kernelNames, type PadMode } from "@plenoptic/tensor";
import { expectFloats, type Kernel } from "./kernel.js";

/** Codes of assembly/filters/pad.ts. */
export const modeCodes: Record<PadMode, number> = { reflect: 0, circular: 1, replicate: 2, constant: 3 };

const pad2d: Kernel = {
  name: kernelNames.Pad2d,
  run: ({ x }, backend, attrs) => {
    expectFloats("Pad2d", x);
    const { padding, mode, value } = attrs as unknown as kernelNames.Pad2dAttrs;
    const [b, c, h, w] = x.shape;
    const [top, bottom, left, right] = padding;
    const [height, width] = [h + top + bottom, w + left + right];
    const y = backend.output([b, c, height, width]);
    const pad = backend.fn("pad");
    for (let plane = 0; plane < b * c; plane++) {
      const from = backend.address(x) + plane * h * w * backend.floatBytes;
      const to = backend.address(y) + plane * height * width * backend.floatBytes;
      pad(from, h, w, top, bottom, left, right, modeCodes[mode], value, to, width);
    }
    return y;
  },
};

const pad2dAdjoint: Kernel = {
  name: kernelNames.Pad2dAdjoint,
  run: ({ dy }, backend, attrs) => {
    expectFloats("Pad2dAdjoint", dy);
    const { padding, mode, inputShape } = attrs as unknown as kernelNames.Pad2dAdjointAttrs;
    const [b, c, h, w] = inputShape;
    const [top, bottom, left, right] = padding;
    const [height, width] = [h + top + bottom, w + left + right];
    const dx = backend.output(inputShape);
    const fold = backend.fn("fold");
    for (let plane = 0; plane < b * c; plane++) {
      const from = backend.address(dy) + plane * height * width * backend.floatBytes;
      const to = backend.address(dx) + plane * h * w * backend.floatBytes;
      fold(from, width, h, w, top, bottom, left, right, modeCodes[mode], to);
    }
    return dx;
  },
};

export const padKernels: Kernel[] = [pad2d, pad2dAdjoint];
