import type { SeparableFilters, Tensor } from "@plenoptic/tensor";

export declare class MyModel {
  constructor(options?: { std?: number });
  name: string;
  filters: SeparableFilters;
  forward(x: Tensor): Tensor;
}
