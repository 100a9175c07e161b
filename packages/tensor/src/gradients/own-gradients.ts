import { type GradConfig, getGradient, registerGradient as registerInTfjs } from "@tensorflow/tfjs-core";

const own = new Map<string, GradConfig>();

/** Registers a gradient of ours in tfjs's registry, and remembers it. */
export function registerGradient(config: GradConfig): void {
  own.set(config.kernelName, config);
  registerInTfjs(config);
}

/**
 * Runs `fn` with our gradients in tfjs's registry. A program that imports tfjs after us has put tfjs's own there, several
 * of which cannot be differentiated again; afterwards they are back, for that program's use.
 */
export function withOwnGradients<T>(fn: () => T): T {
  const displaced: GradConfig[] = [];
  for (const [name, config] of own) {
    const found = getGradient(name);
    if (found === config) continue;
    if (found) displaced.push(found);
    registerInTfjs(config);
  }
  try {
    return fn();
  } finally {
    displaced.forEach(registerInTfjs);
  }
}
