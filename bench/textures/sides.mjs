// Both sides of the texture benchmarks.
import { join } from "node:path";
import { startPeer } from "../peers.mjs";

/** Our worker and the reference's, which answer the requests of requests.mjs. */
export function startSides({ root, python }) {
  const us = startPeer(process.execPath, [join(root, "bench", "worker.mjs")], join(root, "bench"));
  const reference = startPeer(python, [join(root, "peer", "bench_reference.py")], root);
  return {
    us,
    reference,
    stop() {
      us.stop();
      reference.stop();
    },
  };
}

/** Asks a side for something about textures; throws what it could not do. */
export async function askTexture(side, request) {
  const answer = await side.ask({ do: "texture", ...request });
  if (answer.error) throw new Error(answer.error);
  return answer;
}

const bounds = { float32: 1e-3, float64: 1e-6 };

/** Both sides must have computed the same, or their times say nothing. */
export function checkSame(what, dtype, ours, reference) {
  if (!(Math.abs(ours - reference) <= bounds[dtype] * Math.abs(reference)))
    throw new Error(`${what}, ${dtype}: ours gives ${ours}, but the reference ${reference}.`);
}

/** Milliseconds or seconds, with the digits that count. */
export function duration(ms) {
  if (ms >= 10000) return `${(ms / 1000).toFixed(1)} s`;
  return `${ms.toFixed(ms < 10 ? 2 : ms < 100 ? 1 : 0)} ms`;
}

export const megabytes = (bytes) => `${(bytes / 2 ** 20).toFixed(0)} MB`;
