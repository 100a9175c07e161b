const size = 624;
const period = 397;

/**
 * The Mersenne Twister MT19937 (Matsumoto & Nishimura, ACM TOMACS 8, 1998): 32 random bits a draw. It is the generator
 * of PyTorch on the CPU, which seeds it with the low 32 bits of the seed.
 */
export class MersenneTwister {
  private readonly state = new Uint32Array(size);
  private next = size;

  constructor(seed: number) {
    this.state[0] = seed;
    for (let i = 1; i < size; i++) {
      const previous = this.state[i - 1] ^ (this.state[i - 1] >>> 30);
      this.state[i] = Math.imul(1812433253, previous) + i;
    }
  }

  /** The next 32 bits, as a whole number from 0 to 2³² - 1. */
  draw(): number {
    if (this.next === size) this.twist();
    let y = this.state[this.next++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    y ^= y >>> 18;
    return y >>> 0;
  }

  private twist(): void {
    const { state } = this;
    for (let i = 0; i < size; i++) {
      const y = (state[i] & 0x80000000) | (state[(i + 1) % size] & 0x7fffffff);
      state[i] = state[(i + period) % size] ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.next = 0;
  }

  /** The 624 words and the position among them. */
  save(): { words: Uint32Array; position: number } {
    return { words: this.state.slice(), position: this.next };
  }

  restore({ words, position }: { words: Uint32Array; position: number }): void {
    this.state.set(words);
    this.next = position;
  }
}
