import { createServer } from "node:http";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { runCommand } from "./command.js";
import { smallPicture } from "./picture.js";
import { chromiumIsNeeded, downloadBy, hasChromium } from "./studio-page.js";
import { type RunRecord, useStudio } from "./use-studio.js";

const host = "https://models.example";
const mul = 'import { mul } from "@plenoptic/tensor";';
/** A model that does something else from the n-th time on that it is asked. */
const later = (n: number, what: string) =>
  `${mul} let n = 0; export const model = (x) => { if (++n > ${n}) { ${what} } return mul(x, 1); };`;

/** What fails, and what is said of it. */
const failing: Record<string, { code: string; spec?: string; says: (string | RegExp)[] }> = {
  syntax: { code: "export const model = (x) => ;", says: [`${host}/syntax.mjs does not run`, "';'"] },
  "unfinished text": { code: 'export const model = "', says: [/does not run|no module of JavaScript/] },
  "throws when imported": { code: 'throw new Error("no weights");', says: ["does not run: no weights"] },
  "exports nothing": { code: "const model = 1;", spec: "", says: ["It exports nothing"] },
  "exports several": {
    code: "export const blur = (x) => x; export const sharpen = (x) => x;",
    spec: "",
    says: ["Say which export is the model: add #blur", "blur, sharpen"],
  },
  "has another name": {
    code: "export const modl = (x) => x;",
    says: ["has no export “model”", "Did you mean “modl”?"],
  },
  "is a number": { code: "export const model = 7;", says: ["is a number; a model is a class, a function"] },
  "cannot be constructed": {
    code: 'export class model { constructor() { throw new Error("std is missing"); } forward(x) { return x; } }',
    says: ["cannot be constructed: std is missing"],
  },
  "has no forward": { code: "export class model { see(x) { return x; } }", says: ["no forward(x)"] },
  "throws in forward": {
    code: 'export const model = (x) => { throw new Error("strange picture"); };',
    says: ["The model fails on an image", "strange picture"],
  },
  "returns nothing": { code: "export const model = (x) => undefined;", says: ["not return a tensor"] },
  "returns an array": {
    code: "export const model = (x) => [1, 2];",
    says: ["not return a tensor object, but an array"],
  },
  "returns NaN": { code: `${mul} export const model = (x) => mul(x, NaN);`, says: ["returns NaN"] },
  "returns whole numbers": {
    code: 'import { cast } from "@plenoptic/tensor"; export const model = (x) => cast(x, "int32");',
    says: ["int32, not floats"],
  },
  "does not depend on the picture": {
    code: 'import { tensor } from "@plenoptic/tensor"; export const model = (x) => tensor([1, 2, 3]);',
    says: [/gradient|depend/],
  },
  "imports itself": { code: 'import "./model.mjs";', says: ["imports itself in a circle"] },
  "imports what is not there": { code: 'import "./gone.mjs";', says: [`${host}/gone.mjs`, "404"] },
  "imports a package": {
    code: 'import { map } from "lodash";',
    says: ['imports "lodash", which this page does not have', "@plenoptic/tensor"],
  },
  "imports a name that is not there": {
    code: 'import { sqare } from "@plenoptic/tensor"; export const model = sqare;',
    says: ["'@plenoptic/tensor' does not provide an export named 'sqare'"],
  },
  "is a web page": {
    code: "\n<!doctype html><title>Not found</title>",
    says: ["is a web page, not a module"],
  },
};

describe.skipIf(!hasChromium)(
  `a model of somebody else's ${chromiumIsNeeded}`,
  { timeout: 120_000, retry: 1 },
  () => {
    const studio = useStudio();
    let picture: Uint8Array;
    /** What the host has, by path. */
    let files: Record<string, string> = {};

    beforeAll(async () => {
      picture = await smallPicture(32);
    });
    beforeEach(async () => {
      files = {};
      await studio.context.route(`${host}/**`, (route) => {
        const { pathname } = new URL(route.request().url());
        const headers = { "access-control-allow-origin": "*" };
        const body = files[pathname.slice(1)];
        return route.fulfill(body === undefined ? { status: 404, headers } : { body, headers });
      });
    });

    const open = async (settings = "max-iter=20") => {
      await studio.open(`model=Identity&device=cpu&${settings}`);
      await studio.drop(picture);
      await studio.page.getByText("32×32 of 32×32 pixels").waitFor();
    };
    const choose = async (spec: string) => {
      await studio.page.getByLabel("Model of vision").selectOption("foreign");
      await studio.page.getByLabel("Address of a module").fill(spec);
      await studio.page.getByLabel("Address of a module").blur();
      await studio.page.getByLabel(/I trust this code/).check();
    };
    const begin = async (spec = `${host}/model.mjs#model`) => {
      await choose(spec);
      await studio.button("Run").or(studio.button("Start anew")).click();
    };
    /** What is said, and that the page works all the same. */
    const expectAlert = async (...parts: (string | RegExp)[]) => {
      for (const part of parts)
        await expect
          .poll(() => studio.page.getByRole("alert").allTextContents(), { timeout: 15_000 })
          .toEqual([part instanceof RegExp ? expect.stringMatching(part) : expect.stringContaining(part)]);
      expect(await studio.button("Run").or(studio.button("Start anew")).isEnabled()).toBe(true);
    };
    const note = (text: string) => studio.page.locator(".message", { hasText: text }).waitFor();
    const works = async () => {
      files["good.mjs"] = `${mul} export const model = (x) => mul(x, 1);`;
      await studio.page.getByLabel("Iterations", { exact: true }).fill("20");
      await begin(`${host}/good.mjs`);
      await studio.end();
    };

    it("says what is wrong with it, whatever that is, and works afterwards", async () => {
      await open();
      for (const [what, { code, spec = "#model", says }] of Object.entries(failing)) {
        const name = `${what.replaceAll(" ", "-")}.mjs`;
        files["model.mjs"] = files[name] = code.replace("./model.mjs", `./${name}`);
        await begin(`${host}/${name}${spec}`);
        await expectAlert(...says);
      }
      for (const [spec, part] of [
        [`${host}/not-there.mjs`, "its host answered 404"],
        ["https://", "is no address of a module"],
        ["http://[broken", "is no address of a module"],
      ]) {
        await begin(spec);
        await expectAlert(part);
      }
      await works();
    });

    it("says that a host does not answer, or forbids others to read", async () => {
      // No header lets others read it; what a test answers in place of a host would have one.
      const closed = createServer((_, response) => response.end("export default (x) => x;"));
      await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
      const { port } = closed.address() as { port: number };
      await studio.context.route("https://down.example/**", (route) => route.abort("connectionrefused"));
      await open();
      for (const from of [`http://127.0.0.1:${port}`, "https://down.example"]) {
        await begin(`${from}/model.mjs`);
        await expectAlert(`${from}/model.mjs cannot be fetched`, "CORS");
      }
      closed.close();
      // The browser may tell its console of both.
      studio.complaints.length = 0;
      await works();
    });

    it("is made of several modules, each of which is one, and knows where it comes from", async () => {
      files["deep/model.mjs"] = `import { Gaussian } from "@plenoptic/models";
      import { count } from "../counter.mjs";
      import { shared } from "./part.mjs";
      import defaultName, { counter } from "../counter.mjs";
      const response = await fetch(new URL("options.json", import.meta.url));
      const { std } = await response.json();
      if (shared !== counter) throw new Error("two copies of one module");
      const { late } = await import("../late.mjs");
      export default class Blur {
        inner = new Gaussian(9, { std: std * late });
        forward(x) { return this.inner.forward(x); }
      }`;
      files["deep/part.mjs"] = 'import { counter } from "../counter.mjs"; export const shared = counter;';
      files["deep/options.json"] = '{ "std": 1.5 }';
      files["counter.mjs"] = "export const counter = {}; export const count = 1; export default 2;";
      files["late.mjs"] = "export const late = 1;";
      await open();
      await begin(`${host}/deep/model.mjs`);
      const command = await runCommand(picture, [
        ...["--model-option", "kernelSize=9", "--model-option", "std=1.5", "--max-iter", "20"],
      ]);
      expect(await studio.end()).toBe(command.sha256);
    });

    it("fails in the middle: what was done stays, and can be taken away", async () => {
      for (const [what, says] of [
        ['throw new Error("tired");', "code of the model failed: tired"],
        ["return mul(x, NaN);", /NaN/],
      ] as const) {
        files["model.mjs"] = later(60, what);
        await open("max-iter=2000&store-progress=5&stop-criterion=0");
        await begin();
        await expectAlert(says);
        const made = await studio.iteration();
        expect(made).toBeGreaterThan(10);
        const record = JSON.parse((await downloadBy(studio.page, "metamer.json")).toString()) as RunRecord;
        expect(record.losses.length).toBe(made);
        const file = await downloadBy(studio.page, "metamer.pt");
        await studio.drop(file, "again.pt", "");
        await studio.page.getByText("again.pt holds").waitFor();
        expect(await studio.iteration()).toBe(made);
        await choose(`${host}/model.mjs#model`);
        await works();
      }
    });

    it("never answers: it can be ended, and what was kept of it is there", async () => {
      files["model.mjs"] = later(4000, "for (;;);");
      await open("max-iter=200000&store-progress=5&stop-criterion=0");
      await begin();
      await studio.page.getByTestId("kept").waitFor();
      const hangs = async () => {
        const before = await studio.iteration();
        await new Promise((resolve) => setTimeout(resolve, 700));
        return (await studio.iteration()) === before;
      };
      await expect.poll(hangs, { timeout: 20_000 }).toBe(true);
      await studio.button("Pause").click();
      const end = studio.button("End the computation");
      await end.waitFor({ timeout: 15_000 });
      await end.click();
      await note("The computation was ended. This is how it was after");
      expect(await studio.page.getByRole("alert").count()).toBe(0);
      const made = await studio.iteration();
      expect(made).toBeGreaterThan(0);
      expect((await downloadBy(studio.page, "metamer.pt")).length).toBeGreaterThan(1000);
      const scrub = studio.page.getByLabel("Stored images");
      await scrub.focus();
      await studio.page.keyboard.press("Home");
      await studio.page.getByText("after 0 iterations").waitFor();
      await works();
    });

    it("never begins: it can be ended", async () => {
      await open();
      for (const code of ["await new Promise(() => {});", "for (;;);"]) {
        files["model.mjs"] = code;
        await begin();
        const end = studio.button("End the computation");
        await end.waitFor({ timeout: 15_000 });
        await end.click();
        await note("The computation was ended.");
        expect(await studio.page.getByRole("alert").count()).toBe(0);
      }
      await works();
    });

    it("fails beside the computation: that goes on", async () => {
      files["model.mjs"] = `${mul} setTimeout(() => { throw new Error("a timer of mine"); }, 50);
      export const model = (x) => mul(x, 1);`;
      await open("max-iter=20000&stop-criterion=0&store-progress=0");
      await begin();
      await studio.page.getByText("Something failed beside the computation").waitFor();
      await studio.end();
      expect(await studio.iteration()).toBe(20_000);
      studio.complaints.length = 0;
    });
  },
);
