import { kernelNames } from "@plenoptic/tensor";
import { planesOf } from "../fft.js";
import { expectFloats, type Kernel } from "../kernel.js";

const powerMeans: Kernel = {
  name: kernelNames.PowerMeans,
  run: ({ x }, backend) => {
    expectFloats("PowerMeans", x);
    const { planes, height, width } = planesOf(x.shape);
    const y = backend.output([...x.shape.slice(0, -2), 4]);
    backend.fn("powerMeans")(backend.address(x), backend.address(y), planes, height * width);
    return y;
  },
};

const powerMeansGradient: Kernel = {
  name: kernelNames.PowerMeansGradient,
  run: ({ x, dy }, backend) => {
    expectFloats("PowerMeansGradient", x, dy);
    const { planes, height, width } = planesOf(x.shape);
    const dx = backend.output(x.shape);
    const [from, g, to] = [x, dy, dx].map((t) => backend.address(t));
    backend.fn("powerMeansGradient")(from, g, to, planes, height * width);
    return dx;
  },
};

const imageMoments: Kernel = {
  name: kernelNames.ImageMoments,
  run: ({ x }, backend) => {
    expectFloats("ImageMoments", x);
    const { planes, height, width } = planesOf(x.shape);
    const y = backend.output([...x.shape.slice(0, -2), 6]);
    backend.fn("imageMoments")(backend.address(x), backend.address(y), planes, height * width);
    return y;
  },
};

const imageMomentsGradient: Kernel = {
  name: kernelNames.ImageMomentsGradient,
  run: ({ x, dy }, backend) => {
    expectFloats("ImageMomentsGradient", x, dy);
    const { planes, height, width } = planesOf(x.shape);
    const dx = backend.output(x.shape);
    const work = backend.allocator.allocate(6 * backend.floatBytes);
    const [from, g, to] = [x, dy, dx].map((t) => backend.address(t));
    backend.fn("imageMomentsGradient")(from, g, to, planes, height * width, work);
    backend.allocator.release(work);
    return dx;
  },
};

export const momentKernels: Kernel[] = [powerMeans, powerMeansGradient, imageMoments, imageMomentsGradient];
