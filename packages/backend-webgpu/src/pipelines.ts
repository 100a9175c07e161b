import { type Program, sourceOf } from "./program.js";

interface Compiled {
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
}

/** The compiled programs of one device. */
export class Pipelines {
  readonly #device: GPUDevice;
  readonly #compiled = new Map<string, Compiled>();

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  get(program: Program): Compiled {
    let compiled = this.#compiled.get(program.key);
    if (!compiled) {
      compiled = this.#compile(program);
      this.#compiled.set(program.key, compiled);
    }
    return compiled;
  }

  #compile(program: Program): Compiled {
    const types: GPUBufferBindingType[] = [
      ...program.outputs.map(() => "storage" as const),
      ...program.inputs.map(() => "read-only-storage" as const),
      ...(program.params.length > 0 ? ["uniform" as const] : []),
    ];
    const layout = this.#device.createBindGroupLayout({
      entries: types.map((type, binding) => ({
        binding,
        visibility: GPUShaderStage.COMPUTE,
        buffer: { type },
      })),
    });
    const module = this.#device.createShaderModule({ code: sourceOf(program), label: program.key });
    const pipeline = this.#device.createComputePipeline({
      label: program.key,
      layout: this.#device.createPipelineLayout({ bindGroupLayouts: [layout] }),
      compute: { module, entryPoint: "main" },
    });
    return { pipeline, layout };
  }
}
