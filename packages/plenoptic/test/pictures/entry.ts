/** Reads pictures in a page as a visitor would hand them over, and writes one: run by pictures-in-browser.test.ts. */
import { data, read, useBackend } from "plenoptic";

const sum = (values: ArrayLike<number>): number =>
  Array.prototype.reduce.call(values, (s, v) => s + v, 0) as number;

export async function readPictures(files: number[][]) {
  await useBackend("cpu");
  const results = [];
  for (const bytes of files) {
    const picture = await data.loadImages(new Blob([new Uint8Array(bytes)]), { asGray: false });
    const values = await read(picture);
    const again = await data.loadImages(await data.encodePNG(picture), { asGray: false });
    results.push({ shape: picture.shape, sum: sum(values), sumAgain: sum(await read(again)) });
  }
  return results;
}

Object.assign(globalThis, { readPictures });
