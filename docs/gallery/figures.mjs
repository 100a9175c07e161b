// The figures of the gallery (docs/gallery.md), from the library's own pictures and a short synthesis in float64 on the cpu: the
// same on every machine. `node scripts/gallery.mjs` writes them; docs/test/gallery.test.ts compares them with what is committed.
import {
  data,
  Metamer,
  models,
  ops,
  plot,
  process,
  rand,
  setSeed,
  tensor,
  useBackend,
  zeros,
} from "plenoptic";

/** Red to the right, green downwards, blue to the left. */
function colors(size) {
  const ramps = [(x) => x, (_, y) => y, (x) => 1 - x];
  const at = (c, i) => ramps[c]((i % size) / (size - 1), Math.floor(i / size) / (size - 1));
  const values = ramps.flatMap((_, c) => Array.from({ length: size * size }, (_, i) => at(c, i)));
  return tensor(values, [1, 3, size, size]);
}

async function synthesized(image) {
  setSeed(0);
  const metamer = new Metamer(image, new models.OnOff(31, { pretrained: true }));
  await metamer.synthesize({ maxIter: 60, storeProgress: 7 });
  return metamer;
}

async function pictures(cat) {
  const small = data.centerCrop(cat, 64);
  const spectrum = ops.fft2({ real: small, imag: zeros(small.shape) });
  const blurred = new models.Gaussian(9, { std: 2 }).forward(cat);
  const pyramid = new process.SteerablePyramidFreq([128, 128], { height: 3, order: 1 });
  return {
    imshow: await plot.imshow([cat, blurred], { title: ["cat", "blurred"], vrange: "auto1" }),
    "imshow-symmetric": await plot.imshow(ops.sub(cat, blurred), {
      title: "difference",
      vrange: "auto0",
      zoom: 2,
    }),
    "imshow-complex": await plot.imshow(spectrum, { title: "spectrum", plotComplex: "logpolar", zoom: 2 }),
    "imshow-rgb": await plot.imshow(colors(64), { title: "colours", asRgb: true, zoom: 3 }),
    pyrshow: await plot.pyrshow(pyramid.forward(cat)),
    histogram: await plot.histogram([cat, blurred], { labels: ["cat", "blurred"] }),
  };
}

async function representations(cat) {
  const texture = new models.PortillaSimoncelli([128, 128]);
  const vector = ops.reshape(ops.sub(rand([40]), 0.5), [1, 1, 40]);
  return {
    "stem-plot": await plot.stemPlot(ops.reshape(vector, [40]), { title: "forty numbers", ylim: false }),
    "plot-representation": await plot.plotRepresentation({
      "a vector": vector,
      "a picture": new models.CenterSurround(31).forward(cat),
      "another vector": ops.mul(vector, 2),
    }),
    "portilla-simoncelli": await plot.plotRepresentation(texture.forward(cat), { model: texture }),
  };
}

async function synthesis(metamer) {
  return {
    "synthesis-loss": await plot.synthesisLoss(metamer, { plotPenalties: true, iteration: 20 }),
    "synthesis-imshow": await plot.synthesisImshow(metamer, { iteration: 21 }),
    "synthesis-histogram": await plot.synthesisHistogram(metamer),
    "representation-error": await plot.metamerRepresentationError(metamer),
    "synthesis-status": await plot.synthesisStatus(metamer),
  };
}

/** The figures by name, and films. */
export async function gallery() {
  await useBackend("cpu", { dtype: "float64" });
  setSeed(0);
  const cat = data.centerCrop(await data.houseCat(), 128);
  const metamer = await synthesized(cat);
  const figures = {
    ...(await pictures(cat)),
    ...(await representations(cat)),
    ...(await synthesis(metamer)),
  };
  const film = await plot.synthesisAnimate(metamer, {
    framerate: 4,
    repeat: true,
    panelSize: 260,
    includedPlots: ["synthesisImshow", "synthesisLoss"],
  });
  return { figures, film, metamer };
}
