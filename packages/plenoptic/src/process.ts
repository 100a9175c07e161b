export {
  circularGaussian2d,
  filterTensor,
  gaussian1d,
  gaussianTerm,
  type KernelSize,
  type SamePaddingOptions,
  samePadding,
  samePaddingAmounts,
} from "@plenoptic/process";
