/** Milliseconds per iteration of `Metamer.synthesize`, measured over `chunks` calls of `chunk` iterations each. */
export async function timeChunks(metamer, { chunks, chunk }, options) {
  const ms = [];
  for (let i = 0; i < chunks; i++) {
    const start = performance.now();
    await metamer.synthesize({ maxIter: chunk, ...options });
    ms.push((performance.now() - start) / chunk);
  }
  return ms;
}
