import { scalarMath } from "@plenoptic/tensor";
import { backend_util, type TensorInfo } from "@tensorflow/tfjs-core";
import type { CpuBackend } from "../backend.js";
import { Calculation } from "./calculation.js";
import { callKernel } from "./call-kernel.js";
import { castTo } from "./cast.js";
import { type Kernel, sizeOf } from "./kernel.js";

function vector(values: readonly number[], shape: number[], backend: CpuBackend): TensorInfo {
  const x = backend.output(shape);
  backend.floats(backend.address(x), sizeOf(shape)).set(values);
  return x;
}

/** The map that turns about a point: (j, i) ↦ centre + rotation · ((j, i) - centre), as tfjs's Transform takes it. */
function rotation(radians: number, [x, y]: readonly number[]): number[] {
  const [cos, sin] = scalarMath.cosSin(radians);
  return [cos, -sin, x - cos * x + sin * y, sin, cos, y - sin * x - cos * y, 0, 0];
}

/** Turns images about a centre; each pixel becomes the nearest to where it came from. */
const rotateWithOffset: Kernel = {
  name: "RotateWithOffset",
  run: ({ image }, backend, attrs) => {
    const { radians, fillValue, center } = attrs as {
      radians: number;
      fillValue: number | number[];
      center: number | [number, number];
    };
    const [, height, width, channels] = image.shape;
    const c = new Calculation(backend);
    const matrix = rotation(radians, backend_util.getImageCenter(center, height, width));
    const transforms = c.keep(vector(matrix, [1, 8], backend));
    const turn = (x: TensorInfo, fill: number) => {
      const how = { interpolation: "nearest", fillMode: "constant", fillValue: fill };
      return c.keep(callKernel("Transform", { image: x, transforms }, backend, how));
    };
    const floats = c.keep(castTo(image, "float32", backend));
    if (typeof fillValue === "number") return c.end(inDtype(turn(floats, fillValue)));
    // The colour, opaque where there is a fourth channel, shows where an image of ones leaves nothing.
    const colour = Array.from({ length: channels }, (_, i) => fillValue[i] ?? 255);
    const empty = c.combine("Sub", c.filled(1), turn(c.filled(1, image.shape), 0));
    const shown = c.combine("Multiply", empty, c.keep(vector(colour, [channels], backend)));
    return c.end(inDtype(c.combine("Add", turn(floats, 0), shown)));

    function inDtype(y: TensorInfo): TensorInfo {
      return image.dtype === "float32" ? y : c.keep(castTo(y, image.dtype, backend));
    }
  },
};

const flipLeftRight: Kernel = {
  name: "FlipLeftRight",
  run: ({ image }, backend) => callKernel("Reverse", { x: image }, backend, { dims: [2] }),
};

export const turnKernels: Kernel[] = [rotateWithOffset, flipLeftRight];
