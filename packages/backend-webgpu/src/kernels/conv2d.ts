import { declaredOps, kernelNames } from "@plenoptic/tensor";
import { engine, type NamedAttrMap, type NamedTensorMap, type TensorInfo } from "@tensorflow/tfjs-core";
import type { GpuBackend } from "../backend.js";
import { groupsFor } from "../program.js";
import { convParams, convProgram, filtersPerLane, side, tapsAtOnce } from "./conv-program.js";
import { weightGradientParams, weightGradientProgram } from "./conv-weights.js";
import { type GpuKernel, sizeOf } from "./kernel.js";

type Numbers = Record<(typeof convParams)[number], number>;

/** Whether a convolution of few channels or few filters, which a matrix product would mostly fill with zeros. */
const isThin = (inPerGroup: number, outPerGroup: number) => inPerGroup <= 4 || outPerGroup <= 8;

/** The composition of tfjs's kernels, which are matrix products. */
function compose(kernel: string, inputs: Record<string, TensorInfo>, attrs: object): TensorInfo {
  const op = declaredOps().get(kernel);
  return engine().tidy(
    () => op?.compose(inputs as unknown as NamedTensorMap, attrs as NamedAttrMap) as never,
  ) as TensorInfo;
}

/** Runs the program, unless it does not fit. */
function convolve(
  backend: GpuBackend,
  inputs: readonly TensorInfo[],
  shape: number[],
  numbers: Omit<Numbers, "chunk">,
  otherwise: () => TensorInfo,
): TensorInfo {
  const chunk = tapsAtOnce(numbers.strideX, numbers.dilationX);
  const [batch, channels, height, width] = shape;
  const perGroup = Math.ceil(numbers.outPerGroup / filtersPerLane);
  const planes = (batch * perGroup * channels) / numbers.outPerGroup;
  if (chunk < 1 || planes > 65535 || !isThin(numbers.inPerGroup, numbers.outPerGroup)) return otherwise();
  const y = backend.makeTensorInfo(shape, "float32");
  const all: Numbers = { ...numbers, chunk };
  const groups = [Math.ceil(width / side), Math.ceil(height / side), planes] as const;
  backend.dispatch(
    convProgram,
    [y],
    inputs,
    convParams.map((name) => all[name]),
    groups,
  );
  return y;
}

const forward: GpuKernel<kernelNames.Conv2dAttrs> = {
  name: kernelNames.Conv2d,
  run: (backend, { x, weight }, attrs) => {
    const { stride, dilation, padding, groups } = attrs;
    const [batch, channels, height, width] = x.shape;
    const [filters, inPerGroup, kh, kw] = weight.shape;
    const size = [0, 1].map((d) => {
      const room = x.shape[2 + d] + padding[2 * d] + padding[2 * d + 1];
      return Math.floor((room - dilation[d] * (weight.shape[2 + d] - 1) - 1) / stride[d]) + 1;
    });
    const outPerGroup = filters / groups;
    const numbers = {
      outChannels: filters,
      outPerGroup,
      inChannels: channels,
      inPerGroup,
      height,
      width,
      outHeight: size[0],
      outWidth: size[1],
      kh,
      kw,
      strideY: stride[0],
      strideX: stride[1],
      spreadY: 1,
      spreadX: 1,
      dilationY: dilation[0],
      dilationX: dilation[1],
      originY: padding[0],
      originX: padding[2],
      tapsGroup: outPerGroup * inPerGroup * kh * kw,
      tapsOut: inPerGroup * kh * kw,
      tapsIn: kh * kw,
      turned: 0,
    };
    return convolve(backend, [x, weight], [batch, filters, ...size], numbers, () =>
      compose(kernelNames.Conv2d, { x, weight }, attrs),
    );
  },
};

const inputGradient: GpuKernel<kernelNames.Conv2dInputGradientAttrs> = {
  name: kernelNames.Conv2dInputGradient,
  run: (backend, { dy, weight }, attrs) => {
    const { stride, dilation, padding, groups, inputSize } = attrs;
    const [batch, filters, height, width] = dy.shape;
    const [, outPerGroup, kh, kw] = weight.shape;
    const channels = outPerGroup * groups;
    const inPerGroup = filters / groups;
    const numbers = {
      outChannels: channels,
      outPerGroup,
      inChannels: filters,
      inPerGroup,
      height,
      width,
      outHeight: inputSize[0],
      outWidth: inputSize[1],
      kh,
      kw,
      strideY: 1,
      strideX: 1,
      spreadY: stride[0],
      spreadX: stride[1],
      dilationY: dilation[0],
      dilationX: dilation[1],
      originY: dilation[0] * (kh - 1) - padding[0],
      originX: dilation[1] * (kw - 1) - padding[2],
      tapsGroup: outPerGroup * inPerGroup * kh * kw,
      tapsOut: kh * kw,
      tapsIn: outPerGroup * kh * kw,
      turned: 1,
    };
    return convolve(backend, [dy, weight], [batch, channels, ...inputSize], numbers, () =>
      compose(kernelNames.Conv2dInputGradient, { dy, weight }, attrs),
    );
  },
};

const weightGradient: GpuKernel<kernelNames.Conv2dWeightGradientAttrs> = {
  name: kernelNames.Conv2dWeightGradient,
  run: (backend, { x, dy }, { stride, dilation, padding, groups, kernelSize }) => {
    const [batch, channels, height, width] = x.shape;
    const [, filters, outHeight, outWidth] = dy.shape;
    const shape = [filters, channels / groups, ...kernelSize];
    const y = backend.makeTensorInfo(shape, "float32");
    const numbers: Record<(typeof weightGradientParams)[number], number> = {
      count: sizeOf(shape),
      batch,
      channels,
      perGroup: channels / groups,
      height,
      width,
      filters,
      filtersPerGroup: filters / groups,
      outHeight,
      outWidth,
      kh: kernelSize[0],
      kw: kernelSize[1],
      strideY: stride[0],
      strideX: stride[1],
      dilationY: dilation[0],
      dilationX: dilation[1],
      top: padding[0],
      left: padding[2],
    };
    const params = weightGradientParams.map((name) => numbers[name]);
    backend.dispatch(weightGradientProgram, [y], [x, dy], params, groupsFor(numbers.count, 1));
    return y;
  },
};

export const convKernels = [forward, inputGradient, weightGradient];
