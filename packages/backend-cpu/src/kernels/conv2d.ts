import { kernelNames } from "@plenoptic/tensor";
import { expectFloats, type Kernel } from "./kernel.js";

const conv2dValid: Kernel = {
  name: kernelNames.Conv2dValid,
  run: ({ x, weight }, backend, attrs) => {
    expectFloats("Conv2d", x, weight);
    const { groups } = attrs as unknown as kernelNames.Conv2dValidAttrs;
    const [batch, channels, height, width] = x.shape;
    const [filters, perGroup, kh, kw] = weight.shape;
    const [outHeight, outWidth] = [height - kh + 1, width - kw + 1];
    const y = backend.output([batch, filters, outHeight, outWidth]);
    const bytes = backend.floatBytes;
    const conv2d = backend.fn("conv2d");
    for (let b = 0; b < batch; b++) {
      for (let k = 0; k < filters; k++) {
        const group = Math.floor(k / (filters / groups));
        const from = backend.address(x) + (b * channels + group * perGroup) * height * width * bytes;
        const taps = backend.address(weight) + k * perGroup * kh * kw * bytes;
        const to = backend.address(y) + (b * filters + k) * outHeight * outWidth * bytes;
        conv2d(from, perGroup, height, width, taps, kh, kw, to);
      }
    }
    return y;
  },
};

export const convKernels: Kernel[] = [conv2dValid];
