import type { Figure } from "@plenoptic/plot";
import { decode } from "fast-png";

/** A decoded picture. */
export interface Decoded {
  width: number;
  height: number;
  channels: number;
  data: ArrayLike<number>;
}

/** The PNGs embedded in a figure, decoded by a library of its own. */
export function embeddedPictures(figure: Figure): Decoded[] {
  return [...figure.toSVG().matchAll(/href="data:image\/png;base64,([^"]+)"/g)].map(([, text]) =>
    decode(Buffer.from(text, "base64")),
  );
}

/** Elements of a figure by tag, as their attributes. */
export function elements(figure: Figure, tag: string): Record<string, string>[] {
  const svg = figure.toSVG({ theme: "light" });
  return [...svg.matchAll(new RegExp(`<${tag}( [^>]*?)?/?>`, "g"))].map(([, attributes = ""]) =>
    Object.fromEntries(
      [...attributes.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
    ),
  );
}

/** All lines of text in a figure. */
export const texts = (figure: Figure): string[] =>
  [...figure.toSVG().matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);

/** An array with numbers by a rule of their place. */
export const filled = (shape: number[], f: (i: number) => number) => ({
  data: Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => f(i)),
  shape,
});
