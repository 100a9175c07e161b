/** What the first bytes of a file say of its picture, before anything is taken for it. */
export interface PictureHeader {
  readonly kind: "png" | "jpeg" | "pnm";
  readonly width: number;
  readonly height: number;
  /** Of EXIF: 1 is upright, 2 to 8 are turned or mirrored. */
  readonly orientation: number;
  /** 4 in a JPEG: the inks of a printer. */
  readonly channels: number;
}

/** The header of a PNG, JPEG, PGM or PPM; undefined for anything else, or where it is broken. */
export function readHeader(bytes: Uint8Array<ArrayBuffer>): PictureHeader | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    if (view.getUint32(0) === 0x89504e47) return pngHeader(view);
    if (view.getUint16(0) === 0xffd8) return jpegHeader(view);
    return pnmHeader(bytes);
  } catch (error) {
    // It ends too early.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const pngHeader = (view: DataView): PictureHeader => ({
  kind: "png",
  width: view.getUint32(16),
  height: view.getUint32(20),
  orientation: 1,
  channels: 0,
});

function pnmHeader(bytes: Uint8Array<ArrayBuffer>): PictureHeader | undefined {
  const start = new TextDecoder("latin1").decode(bytes.subarray(0, 4096)).replace(/#.*/g, "");
  const [, width, height] = start.match(/^P[2356]\s+(\d+)\s+(\d+)\s/) ?? [];
  if (width === undefined) return undefined;
  return { kind: "pnm", width: Number(width), height: Number(height), orientation: 1, channels: 0 };
}

const tables = [0xc4, 0xc8, 0xcc];

function jpegHeader(view: DataView): PictureHeader | undefined {
  let orientation = 1;
  for (let at = 2; ; at += 2 + view.getUint16(at + 2)) {
    // Markers may be filled up with ones.
    while (view.getUint8(at) === 0xff && view.getUint8(at + 1) === 0xff) at++;
    const marker = view.getUint8(at + 1);
    if (view.getUint8(at) !== 0xff || marker === 0xda) return undefined;
    if (marker === 0xe1) orientation = exifOrientation(view, at + 4) ?? orientation;
    if (marker >= 0xc0 && marker <= 0xcf && !tables.includes(marker)) {
      const [height, width] = [view.getUint16(at + 5), view.getUint16(at + 7)];
      return { kind: "jpeg", width, height, orientation, channels: view.getUint8(at + 9) };
    }
  }
}

/** EXIF is a TIFF: a list of entries of twelve bytes, of which one is the orientation. */
function exifOrientation(view: DataView, at: number): number | undefined {
  if (view.getUint32(at) !== 0x45786966) return undefined;
  const tiff = at + 6;
  const isLittle = view.getUint16(tiff) === 0x4949;
  const list = tiff + view.getUint32(tiff + 4, isLittle);
  const count = view.getUint16(list, isLittle);
  for (let i = 0; i < count; i++) {
    const entry = list + 2 + 12 * i;
    if (view.getUint16(entry, isLittle) !== 0x0112) continue;
    const value = view.getUint16(entry + 8, isLittle);
    return value >= 1 && value <= 8 ? value : undefined;
  }
  return undefined;
}
