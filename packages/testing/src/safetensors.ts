/** One array of a `.safetensors` file. */
export interface GoldenArray {
  readonly shape: number[];
  readonly dtype: "float32" | "float64";
  readonly values: Float32Array | Float64Array;
}

interface HeaderEntry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

/** The arrays of a file by name, and the metadata of its header. */
export interface ParsedSafetensors {
  readonly arrays: Map<string, GoldenArray>;
  readonly metadata: Record<string, string>;
}

/**
 * Reads the layout of the goldens: an 8-byte little-endian length, a JSON header of that length,
 * then the arrays, little-endian, back to back.
 */
export function parseSafetensors(bytes: Uint8Array): ParsedSafetensors {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerLength = Number(view.getBigUint64(0, true));
  const dataStart = 8 + headerLength;
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, dataStart))) as Record<
    string,
    unknown
  >;
  const arrays = new Map<string, GoldenArray>();
  for (const [name, value] of Object.entries(header)) {
    if (name === "__metadata__") continue;
    const { dtype, shape, data_offsets } = value as HeaderEntry;
    const [start, end] = data_offsets;
    // A copy, so that the values start on a boundary that the typed array accepts (a Buffer's slice is none).
    const raw = new Uint8Array(bytes.subarray(dataStart + start, dataStart + end)).buffer;
    if (dtype === "F64") arrays.set(name, { shape, dtype: "float64", values: new Float64Array(raw) });
    else if (dtype === "F32") arrays.set(name, { shape, dtype: "float32", values: new Float32Array(raw) });
    else throw new Error(`${name} has dtype ${dtype}; only F32 and F64 are read here.`);
  }
  return { arrays, metadata: (header["__metadata__"] ?? {}) as Record<string, string> };
}
