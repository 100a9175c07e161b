import type { CpuBackend } from "../backend.js";

/**
 * What kernels keep in the module's memory for the sizes that they met last, of each backend: what is missing is made, and the one
 * whose use is longest ago makes room.
 */
export class Recent<K, V> {
  private readonly kept = new WeakMap<CpuBackend, Map<K, V>>();

  /** @param release - gives the memory of one back */
  constructor(
    private readonly most: number,
    private readonly release: (value: V, backend: CpuBackend) => void,
  ) {}

  get(backend: CpuBackend, key: K, make: () => V): V {
    const known = this.kept.get(backend) ?? new Map<K, V>();
    this.kept.set(backend, known);
    const value = known.get(key) ?? make();
    known.delete(key);
    known.set(key, value);
    if (known.size > this.most) {
      const [oldest, forgotten] = known.entries().next().value as [K, V];
      known.delete(oldest);
      this.release(forgotten, backend);
    }
    return value;
  }
}
