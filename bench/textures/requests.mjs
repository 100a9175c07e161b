// Our side of the texture benchmarks: the same requests and answers as peer/bench_textures.py.
import { readFileSync, writeFileSync } from "node:fs";
import {
  dispose,
  losses,
  Metamer,
  models,
  ops,
  optim,
  readSync,
  tensor,
  tidy,
  useBackend,
  valueAndGrad,
} from "plenoptic";
import { timeChunks } from "../time-chunks.mjs";

const never = { stopItersToCheck: 10 ** 6 };
const recipe = {
  optimizer: optim.LBFGS,
  optimizerOptions: { lr: 1, maxIter: 10, maxEval: 10, historySize: 100, lineSearchFn: "strongWolfe" },
};
let current;

function readPictures(path, { batch, size }) {
  const bytes = readFileSync(path);
  const pixels = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  return tensor(pixels, [batch, 1, size, size]);
}

/** The model, its loss and both pictures. Only those of the last request are kept. */
export async function setUpTexture(request) {
  const { dtype, size, batch, nScales, target, start } = request;
  const key = [dtype, size, batch, target, start].join(" ");
  if (current?.key === key) return current;
  if (current) {
    dispose(current.image, current.start, current.representation);
    current.model.dispose();
    current.metamer?.dispose();
  }
  await useBackend("cpu", { dtype });
  const image = readPictures(target, request);
  const model = new models.PortillaSimoncelli([size, size], { nScales });
  const loss = losses.portillaSimoncelliLossFactory(model, image);
  const representation = tidy(() => model.forward(image));
  const both = valueAndGrad((x) => loss(model.forward(x), representation));
  current = { key, image, start: readPictures(start, request), model, loss, representation, both };
  return current;
}

/** Runs `step` several times; gives the times and the number that it returned. */
function measure(step, repeats) {
  const ms = [];
  let value;
  for (let i = 0; i < repeats; i++) {
    const begin = performance.now();
    value = step();
    ms.push(performance.now() - begin);
  }
  return { ms, value };
}

const steps = {
  representation: ({ model, start }) =>
    tidy(() => Math.sqrt(readSync(ops.sum(ops.square(model.forward(start))))[0])),
  gradient: ({ both, start }) => {
    const { value, grad } = both(start);
    const loss = readSync(value)[0];
    dispose(value, grad);
    return loss;
  },
};

function newMetamer({ image, model, loss, start }, how, lossFunction = loss) {
  const metamer = new Metamer(image, model, { lossFunction });
  metamer.setup({ initialImage: start, ...how });
  return metamer;
}

/** Iterations of Adam, which go on from request to request. */
async function adam(setting, { repeats, chunk }) {
  if (!setting.metamer) {
    setting.metamer = newMetamer(setting);
    await setting.metamer.synthesize({ maxIter: 2, ...never });
  }
  return { ms: await timeChunks(setting.metamer, { chunks: repeats, chunk }, never) };
}

/** A metamer that is to be synthesized by the recipe for textures. */
export const newTextureMetamer = (setting, lossFunction) => newMetamer(setting, recipe, lossFunction);

/** A whole synthesis by the recipe for textures, from the start. */
async function synthesize(setting, { iterations, picture }) {
  let evaluations = 0;
  const metamer = newTextureMetamer(setting, (...representations) => {
    evaluations++;
    return setting.loss(...representations);
  });
  evaluations = 0;
  const begin = performance.now();
  await metamer.synthesize({ maxIter: iterations, ...never });
  // The last loss is computed when it is asked for; the other side has computed it by now.
  const values = Array.from(metamer.losses);
  const answer = { ms: [performance.now() - begin], losses: values, evaluations };
  if (picture) writeFileSync(picture, Float32Array.from(readSync(metamer.metamer)));
  metamer.dispose();
  return answer;
}

/** Answers { do: "texture", what: "representation", "gradient", "adam" or "synthesize", … }. */
export async function answerTexture(request) {
  try {
    const setting = await setUpTexture(request);
    if (request.what === "adam") return await adam(setting, request);
    if (request.what === "synthesize") return await synthesize(setting, request);
    return measure(() => steps[request.what](setting), request.repeats);
  } catch (error) {
    return { error: String(error.message).split("\n")[0] };
  }
}
