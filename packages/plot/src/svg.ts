import { type ThemeName, themes } from "./theme.js";

/** One element of a picture. Colours are names of the theme (`$ink`), resolved when the picture is written. */
export interface SvgNode {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string | number | undefined>>;
  readonly children: readonly (SvgNode | string)[];
}

export function element(
  tag: string,
  attributes: SvgNode["attributes"] = {},
  ...children: (SvgNode | string)[]
): SvgNode {
  return { tag, attributes, children };
}

/** Hundredths of a pixel are enough, and the same everywhere. */
export const round = (x: number): number => Math.round(x * 100) / 100;

const escapes: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Text for markup. Control characters, which XML has no way to write, become the replacement character. */
export const escapeText = (text: string): string =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what XML forbids
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
    .replace(/[&<>"]/g, (character) => escapes[character]);

/** Writes elements; in the theme "auto" light colours stand in attributes, dark ones in a style sheet. */
export class SvgWriter {
  private readonly used = new Set<string>();

  constructor(private readonly theme: ThemeName | "auto") {}

  write(node: SvgNode | string): string {
    if (typeof node === "string") return escapeText(node);
    const classes: string[] = [];
    let attributes = "";
    for (const [name, value] of Object.entries(node.attributes)) {
      if (value === undefined) continue;
      attributes += ` ${name}="${this.attribute(name, value, classes)}"`;
    }
    if (classes.length > 0) attributes += ` class="${classes.join(" ")}"`;
    if (node.children.length === 0) return `<${node.tag}${attributes}/>`;
    return `<${node.tag}${attributes}>${node.children.map((child) => this.write(child)).join("")}</${node.tag}>`;
  }

  private attribute(name: string, value: string | number, classes: string[]): string {
    if (typeof value === "number") return String(round(value));
    if (!value.startsWith("$")) return escapeText(value);
    const role = value.slice(1) as keyof (typeof themes)["light"];
    if (this.theme !== "auto") return themes[this.theme][role];
    classes.push(`plenoptic-${name}-${role}`);
    this.used.add(`${name} ${role}`);
    return themes.light[role];
  }

  /** The rules for dark surroundings of all colours written so far. */
  styleSheet(): string {
    if (this.theme !== "auto" || this.used.size === 0) return "";
    const rules = [...this.used].sort().map((key) => {
      const [name, role] = key.split(" ");
      return `.plenoptic-${name}-${role}{${name}:${themes.dark[role as keyof (typeof themes)["dark"]]}}`;
    });
    return `<style>@media (prefers-color-scheme:dark){${rules.join("")}}</style>`;
  }
}
