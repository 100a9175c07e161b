import type { DType } from "../backend.js";
import type { FloatArray } from "../create.js";
import { invalidArgument } from "../errors.js";
import { cosSin, ln, ln1p } from "./elementary.js";
import { MersenneTwister } from "./mt19937.js";

/** The state of the library's generator, as {@link getRandomState} gives it: a copy, safe to keep. */
export interface RandomState {
  /** The 624 words of the Mersenne Twister. */
  readonly words: Uint32Array;
  /** How many of the words are used up, 0 to 624. */
  readonly position: number;
  /** The second of two normal numbers made together, if the next small draw is to use it. */
  readonly spare: number | null;
}

/**
 * The seed before anybody sets one: that of a new `torch.Generator()`. (PyTorch seeds its global generator from
 * the operating system instead, so that an unseeded program draws other numbers each time; here it draws the same.)
 */
const defaultSeed = 67280421310721n;
const twoPi = 2 * Math.PI;

let twister = seeded(defaultSeed);
let spare: number | null = null;

function seeded(seed: bigint): MersenneTwister {
  return new MersenneTwister(Number(BigInt.asUintN(32, seed)));
}

/**
 * Seeds the library's random generator, one for all devices. The numbers that follow are those PyTorch draws on the
 * CPU after `torch.manual_seed(seed)`. Without a call the generator starts from 67280421310721, the same in every
 * process.
 *
 * @param seed - a whole number from -2^63 to 2^64 - 1, beyond ±2^53 as bigint; only its low 32 bits (in two's
 * complement) matter, as in PyTorch
 * @throws {@link ValidationError} for anything else
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { rand, readSync, setSeed } from "@plenoptic/tensor";
 * setSeed(0);
 * console.log(readSync(rand([2]))); // 0.4963 0.7682, as torch.rand(2) after torch.manual_seed(0)
 * ```
 */
export function setSeed(seed: number | bigint): void {
  if (typeof seed !== "bigint" && !Number.isSafeInteger(seed)) {
    throw invalidArgument(
      "seed",
      seed,
      "a whole number",
      "Seeds beyond 2^53 can be given as bigint, e.g. 2n ** 60n.",
    );
  }
  const whole = BigInt(seed);
  if (whole < -(2n ** 63n) || whole >= 2n ** 64n) {
    throw invalidArgument("seed", seed, "from -2^63 to 2^64 - 1", "Take it modulo 2^64.");
  }
  twister = seeded(whole);
  spare = null;
}

/**
 * The state of the generator, to come back to later.
 *
 * @example
 * ```ts
 * import "@plenoptic/backend-cpu";
 * import { getRandomState, rand, readSync, setRandomState } from "@plenoptic/tensor";
 * const state = getRandomState();
 * const first = readSync(rand([3]));
 * setRandomState(state);
 * console.log(readSync(rand([3])).every((v, i) => v === first[i])); // true
 * ```
 */
export function getRandomState(): RandomState {
  return { ...twister.save(), spare };
}

/**
 * Puts the generator back into a state from {@link getRandomState}.
 *
 * @throws {@link ValidationError} when it is no such state; the generator stays as it was
 */
export function setRandomState(state: RandomState): void {
  const { words, position, spare: normal } = state;
  const whole = Number.isInteger(position) && position >= 0 && position <= 624;
  if (!(words instanceof Uint32Array) || words.length !== 624 || !whole) {
    throw invalidArgument("state", state, "a state from getRandomState()");
  }
  if (normal !== null && typeof normal !== "number") {
    throw invalidArgument("state.spare", normal, "a number or null, as getRandomState() gives it");
  }
  twister.restore({ words, position });
  spare = normal;
}

function uniform(dtype: DType): number {
  // float32: the low 24 bits of a draw. float64: the low 53 bits of two draws, the first being the high word.
  if (dtype === "float32") return (twister.draw() & 0xffffff) / 2 ** 24;
  const high = twister.draw() & 0x1fffff;
  return (high * 2 ** 32 + twister.draw()) / 2 ** 53;
}

/** Uniform numbers in [0, 1). */
export function fillUniform(out: FloatArray, dtype: DType): FloatArray {
  for (let i = 0; i < out.length; i++) out[i] = uniform(dtype);
  return out;
}

/** Box & Muller's transform (Ann. Math. Stat. 29, 1958) of one block of 16 uniform numbers: 8 radii, 8 angles. */
function transformBlock(out: FloatArray, start: number, dtype: DType): void {
  const round = dtype === "float32" ? Math.fround : (x: number) => x;
  for (let j = start; j < start + 8; j++) {
    const radius = round(Math.sqrt(round(-2 * round(ln(round(1 - out[j]))))));
    const [c, s] = cosSin(round(round(twoPi) * out[j + 8]));
    out[j] = radius * round(c);
    out[j + 8] = radius * round(s);
  }
}

/** One normal number in float64, two being made at a time. */
function oneNormal(): number {
  if (spare !== null) {
    const value = spare;
    spare = null;
    return value;
  }
  const angle = uniform("float64");
  const radius = Math.sqrt(-2 * ln1p(-uniform("float64")));
  const [c, s] = cosSin(twoPi * angle);
  spare = radius * s;
  return radius * c;
}

/**
 * Normal numbers of mean 0 and variance 1, in PyTorch's order: one at a time below 16 numbers; in blocks of 16 above,
 * the last 16 being drawn again when the count is no multiple of 16.
 */
export function fillNormal(out: FloatArray, dtype: DType): FloatArray {
  const n = out.length;
  if (n < 16) {
    for (let i = 0; i < n; i++) out[i] = oneNormal();
    return out;
  }
  fillUniform(out, dtype);
  for (let i = 0; i + 16 <= n; i += 16) transformBlock(out, i, dtype);
  if (n % 16 !== 0) {
    fillUniform(out.subarray(n - 16), dtype);
    transformBlock(out, n - 16, dtype);
  }
  return out;
}
