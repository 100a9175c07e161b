export * from "./bands/image-moments";
export * from "./bands/lags";
export * from "./bands/power-means";
export * from "./bands/product-gradients";
export * from "./bands/products";
export * from "./bands/spectra";
export * from "./binary";
export * from "./copy";
export * from "./cumulate";
export * from "./fft/columns";
export * from "./fft/products";
export * from "./fft/rows";
export * from "./filters/pad";
export * from "./filters/row-pairs";
export * from "./filters/separable";
export * from "./filters/tap-gradients";
export * from "./filters/taps";
export * from "./filters/winograd";
export * from "./fold";
export * from "./gemm";
export * from "./image/dilation";
export * from "./image/local-response";
export * from "./image/resample";
export * from "./image/resize";
export * from "./int32";
export * from "./optim";
export * from "./plane-pool";
export * from "./pool";
export * from "./reduce";
export * from "./scatter";
export * from "./select";
export * from "./softmax";
export * from "./two-loops";
export * from "./unary";

/** The first byte that the module itself does not use; the allocator starts here. */
export function heapBase(): usize {
  return __heap_base;
}
