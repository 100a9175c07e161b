/** Blocks whose fence names a file are that file, so that what the documentation shows is what the tests run. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const pages = readdirSync(`${root}/docs`).filter((name) => name.endsWith(".md"));

const blocks = pages.flatMap((page) => {
  const text = readFileSync(`${root}/docs/${page}`, "utf8");
  return [...text.matchAll(/^```\w+ file=(\S+)\n([\s\S]*?)^```$/gm)].map(([, file, code]) => ({
    page,
    file,
    code,
  }));
});

describe("files shown in the documentation", () => {
  it("are found", () => expect(blocks.length).toBeGreaterThan(0));

  it.each(blocks)("$file is as in docs/$page", ({ file, code }) => {
    expect(code).toBe(readFileSync(`${root}/${file}`, "utf8"));
  });
});
