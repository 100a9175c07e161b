import { kernelNames } from "@plenoptic/tensor";
import type { CpuBackend } from "../backend.js";
import { expectFloats, type Kernel } from "./kernel.js";
import { modeCodes } from "./pad.js";
import { type FilterPlan, planFor } from "./separable-plan.js";

/** Sizes of the padded planes, rows and outputs of one call. */
function geometry(
  { padding, inputShape }: kernelNames.SeparableFilterAttrs,
  { kh, kw }: FilterPlan,
  backend: CpuBackend,
) {
  const [batch, channels, height, width] = inputShape;
  const [top, bottom, left, right] = padding;
  const [paddedHeight, paddedWidth] = [height + top + bottom, width + left + right];
  // Rows of the padded plane have room for one vector beyond their end.
  const stride = paddedWidth + 16 / backend.floatBytes;
  const plane = height * width * backend.floatBytes;
  const outHeight = paddedHeight - kh + 1;
  const outWidth = paddedWidth - kw + 1;
  const outPlane = outHeight * outWidth * backend.floatBytes;
  return { batch, channels, height, width, paddedHeight, stride, plane, outHeight, outWidth, outPlane };
}

const separableFilter: Kernel = {
  name: kernelNames.SeparableFilter,
  run: ({ x }, backend, rawAttrs) => {
    expectFloats("SeparableFilter", x);
    const attrs = rawAttrs as unknown as kernelNames.SeparableFilterAttrs;
    const plan = planFor(attrs.filters, backend);
    const g = geometry({ ...attrs, inputShape: x.shape }, plan, backend);
    const [top, bottom, left, right] = attrs.padding;
    const y = backend.output([g.batch, plan.forward.length, g.outHeight, g.outWidth]);
    const padded = backend.allocator.allocate(g.paddedHeight * g.stride * backend.floatBytes);
    const buffer = backend.allocator.allocate(g.stride * backend.floatBytes);
    const [pad, separable] = [backend.fn("pad"), backend.fn("separable")];
    for (let b = 0; b < g.batch; b++) {
      let current = -1;
      plan.forward.forEach(({ channel, terms, count }, k) => {
        if (channel !== current) {
          const from = backend.address(x) + (b * g.channels + channel) * g.plane;
          pad(from, g.height, g.width, top, bottom, left, right, modeCodes[attrs.mode], 0, padded, g.stride);
          current = channel;
        }
        const to = backend.address(y) + (b * plan.forward.length + k) * g.outPlane;
        separable(padded, g.stride, terms, count, buffer, to, g.outHeight, g.outWidth);
      });
    }
    backend.allocator.release(buffer);
    backend.allocator.release(padded);
    return y;
  },
};

const separableFilterAdjoint: Kernel = {
  name: kernelNames.SeparableFilterAdjoint,
  run: ({ dy }, backend, rawAttrs) => {
    expectFloats("SeparableFilterAdjoint", dy);
    const attrs = rawAttrs as unknown as kernelNames.SeparableFilterAttrs;
    const plan = planFor(attrs.filters, backend);
    const g = geometry(attrs, plan, backend);
    const [top, bottom, left, right] = attrs.padding;
    const dx = backend.output(attrs.inputShape);
    const bytes = g.paddedHeight * g.stride * backend.floatBytes;
    const padded = backend.allocator.allocate(bytes);
    const plane = backend.allocator.allocate(bytes);
    const row = backend.allocator.allocate((g.stride + 2 * plan.kw + 16) * backend.floatBytes);
    const [adjoint, fold] = [backend.fn("separableAdjoint"), backend.fn("fold")];
    for (let b = 0; b < g.batch; b++) {
      for (let channel = 0; channel < g.channels; channel++) {
        new Uint8Array(backend.wasm.memory.buffer, padded, bytes).fill(0);
        plan.adjoint.forEach((output, k) => {
          if (output.channel !== channel) return;
          const from = backend.address(dy) + (b * plan.adjoint.length + k) * g.outPlane;
          adjoint(from, g.outHeight, g.outWidth, output.terms, output.count, row, plane, padded, g.stride);
        });
        const to = backend.address(dx) + (b * g.channels + channel) * g.plane;
        fold(padded, g.stride, g.height, g.width, top, bottom, left, right, modeCodes[attrs.mode], to);
      }
    }
    for (const block of [row, plane, padded]) backend.allocator.release(block);
    return dx;
  },
};

export const separableKernels: Kernel[] = [separableFilter, separableFilterAdjoint];
