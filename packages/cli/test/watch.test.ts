import { join } from "node:path";
import { main } from "@plenoptic/cli";
import { afterEach, describe, expect, it } from "vitest";
import { terminalProtocol } from "../src/watch.js";
import { runHere, temporaryFolder } from "./run-command.js";

const cwd = temporaryFolder();
const before = process.env.PLENOPTIC_TERMINAL;
afterEach(() => {
  process.env.PLENOPTIC_TERMINAL = before;
  if (before === undefined) delete process.env.PLENOPTIC_TERMINAL;
});

/** What the command writes to a terminal of some size. */
async function watched(protocol: string, args: readonly string[] = []): Promise<string> {
  process.env.PLENOPTIC_TERMINAL = protocol;
  let written = "";
  const stderr = {
    isTTY: true,
    columns: 40,
    rows: 13,
    write: (text: string) => {
      written += text;
    },
  };
  const run = [
    "metamer",
    "--crop",
    "16",
    "--model",
    "Identity",
    "--max-iter",
    "5",
    "--out",
    "out",
    "--watch",
  ];
  const io = { cwd, stderr, stdout: { write: () => undefined }, signal: new AbortController().signal };
  expect(await main([...run, ...args], io)).toBe(0);
  return written;
}

/** Draws what a terminal of 40 columns would show: moves, line feeds, wiping, half blocks with the grey above. */
function screen(text: string): { greys: (number | undefined)[][]; lines: string[] } {
  const greys: (number | undefined)[][] = [];
  const lines: string[] = [];
  let [row, column, grey] = [0, 0, 0];
  // The escape character by its picture, which patterns may contain.
  const tokens = /␛\[(\d*)([A-Z])|␛\[([\d;]*)m|␛_G[^␛]*␛\\|␛[78]|\r|\n|[^␛\r\n]/g;
  for (const [token, count, move, color] of text.replaceAll("\x1b", "␛").matchAll(tokens)) {
    greys[row] ??= [];
    lines[row] ??= "";
    if (move === "A") row -= Number(count || 1);
    else if (move === "B") row += Number(count || 1);
    else if (move === "K") [greys[row], lines[row]] = [[], ""];
    else if (color !== undefined) grey = Number(color.match(/38;2;(\d+)/)?.[1] ?? grey);
    else if (token === "\r") column = 0;
    else if (token === "\n") [row, column] = [row + 1, 0];
    else if (token.length === 1) {
      if (token === "▀") greys[row][column] = grey;
      lines[row] = lines[row].padEnd(column).slice(0, column) + token + lines[row].slice(column + 1);
      column++;
    }
    expect(row).toBeGreaterThanOrEqual(0);
    expect(column).toBeLessThanOrEqual(40);
  }
  return { greys, lines };
}

describe("plenoptic metamer --watch", () => {
  it("draws the image above the line of progress, again and again in the same place", async () => {
    const text = await watched("blocks");
    const { greys, lines } = screen(text);
    // 13 lines of the terminal leave 10 for the picture; its 16 pixels are 20 half blocks high.
    expect(greys.slice(0, 10).every((line) => line.filter((grey) => grey !== undefined).length === 20)).toBe(
      true,
    );
    expect(lines[10]).toMatch(/^█+ {2}5\/5 {2}loss/);
    expect(new Set(greys.flat()).size).toBeGreaterThan(20);
    // The first picture, and the last one, which is drawn whatever the time.
    expect(text.split("\x1b[10A").length).toBeGreaterThanOrEqual(2);
    expect(lines.slice(11).join("")).toBe("");
  });

  it("replaces one picture by the next in kitty's protocol", async () => {
    const text = await watched("kitty");
    expect(text.split("\x1b_Ga=T,f=100,i=4242").length).toBeGreaterThanOrEqual(3);
    expect(screen(text).lines[10]).toContain("5/5");
  });

  it("writes plain lines, and says why, where there is no terminal", async () => {
    const args = ["--crop", "16", "--model", "Identity", "--max-iter", "2", "--out", "plain", "--watch"];
    const ran = await runHere(["metamer", ...args], { cwd });
    expect(ran.code).toBe(0);
    expect(ran.stderr).toMatch(/^warning: --watch draws on terminals only/);
    expect(ran.stderr).not.toContain("\x1b");
  });

  it("refuses a kind of terminal that does not exist", async () => {
    process.env.PLENOPTIC_TERMINAL = "vt52";
    const ran = await runHere(["metamer", "--watch", "--out", join(cwd, "none")], { cwd });
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining("must be one of kitty, sixel") });
  });
});

describe("what a terminal can show", () => {
  it.each([
    [{ TERM: "xterm-kitty" }, "kitty"],
    [{ TERM: "xterm-256color", TERM_PROGRAM: "ghostty" }, "kitty"],
    [{ TERM: "xterm-256color", TERM_PROGRAM: "WezTerm" }, "kitty"],
    [{ TERM: "foot" }, "sixel"],
    [{ TERM: "xterm-256color", TERM_PROGRAM: "iTerm.app" }, "sixel"],
    [{ TERM: "xterm-256color", COLORTERM: "truecolor" }, "blocks"],
    [{ TERM: "xterm-256color" }, "blocks256"],
    [{ TERM: "tmux-256color", TMUX: "1", KITTY_WINDOW_ID: "1", COLORTERM: "truecolor" }, "blocks"],
    [{ TERM: "dumb", PLENOPTIC_TERMINAL: "sixel" }, "sixel"],
  ])("%o: %s", (env, protocol) => expect(terminalProtocol(env)).toBe(protocol));
});
