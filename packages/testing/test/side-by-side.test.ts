import "@plenoptic/backend-cpu";
import "@plenoptic/backend-node";
import "@plenoptic/backend-webgpu";
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Device } from "@plenoptic/tensor";
import { afterAll, describe, expect, it } from "vitest";
import { chromiumIsNeeded, hasChromium, webgpuFlags, withPage } from "../../plenoptic/test/browser.js";
import { type NumberArray, runSynthesis, synthesisModels, testPicture } from "../src/conformance/index.js";
import { describeConformance, expectClose, findDevices } from "../src/index.js";
import { conformancePage, startInPage } from "./browser/open-page.js";

const wide: Device = { device: "cpu", dtype: "float64" };
const others: Device[] = [
  { device: "cpu", dtype: "float32" },
  { device: "node", dtype: "float32" },
  { device: "webgpu", dtype: "float32" },
];
const reports = await findDevices(others);
const present = reports.filter(({ missing }) => !missing).map(({ device }) => device);
const [iterations, size] = [25, 64];
const image = testPicture(size);
const titleOf = ({ device, dtype }: Device) => `${device} ${dtype}${device === "webgpu" ? " (Dawn)" : ""}`;
const inChromium = "webgpu float32 (Chromium)";
const models = Object.keys(synthesisModels);

type Column = readonly number[];
/** Losses by model, then by device. */
const tables = new Map<string, Map<string, Column>>(models.map((model) => [model, new Map()]));

/** What `cpu` computes in float64, from the start that seed 0 gives in float32. */
const references = new Map<string, Promise<{ initial: NumberArray; losses: Column }>>();

function reference(model: string): Promise<{ initial: NumberArray; losses: Column }> {
  const compute = async () => {
    const drawn = await runSynthesis(others[0], { model: synthesisModels[model](), image }, []);
    const start = { model: synthesisModels[model](), image, initial: drawn.initial };
    return runSynthesis(wide, start, [{ device: wide, iterations }]);
  };
  const found = references.get(model) ?? compute();
  references.set(model, found);
  return found;
}

/** Puts a column into the table and holds it against the reference's. */
async function compare(model: string, title: string, losses: Column): Promise<void> {
  const expected = await reference(model);
  tables.get(model)?.set(`cpu float64`, expected.losses).set(title, losses);
  expect(losses.length).toBe(iterations + 1);
  expectClose(losses, expected.losses, 1e-3, `losses on ${title}`);
}

const row = (cells: readonly (string | number)[]) => `| ${cells.join(" | ")} |`;

function tableOf(model: string, columns: ReadonlyMap<string, Column>): string {
  const titles = [...columns.keys()];
  const lines = Array.from({ length: iterations + 1 }, (_, i) =>
    row([i, ...titles.map((title) => columns.get(title)?.[i].toPrecision(9) ?? "")]),
  );
  const wideLosses = columns.get("cpu float64") ?? [];
  const scale = Math.max(...wideLosses);
  const worst = titles.map((title) => {
    const gaps = (columns.get(title) ?? []).map((loss, i) => Math.abs(loss - wideLosses[i]));
    return (Math.max(...gaps) / scale).toExponential(1);
  });
  return [
    `${model}, ${size}×${size}, seed 0: the loss at each iteration`,
    "",
    row(["iteration", ...titles]),
    row(Array(titles.length + 1).fill("---")),
    ...lines,
    row(["largest relative error", ...worst]),
    "",
  ].join("\n");
}

describe(`losses side by side, ${iterations} iterations at ${size}×${size} from seed 0`, () => {
  for (const { device, missing } of reports) {
    const title = titleOf(device);
    if (missing) it.skip(`${title} (${missing})`, () => {});
    for (const model of missing ? [] : models) {
      it(`${model} on ${title}`, async () => {
        const { initial } = await reference(model);
        const start = { model: synthesisModels[model](), image, initial };
        const { losses } = await runSynthesis(device, start, [{ device, iterations }]);
        await compare(model, title, losses);
      }, 300_000);
    }
  }

  it.skipIf(!hasChromium)(
    `${models.join(" and ")} on ${inChromium}${hasChromium ? "" : ` ${chromiumIsNeeded}`}`,
    async () => {
      const script = await conformancePage();
      await withPage(
        script,
        async (page) => {
          await startInPage(page);
          for (const model of models) {
            const { initial } = await reference(model);
            const given = { model, image, initial, iterations };
            const losses = await page.evaluate((x) => globalThis.inPage.losses(x), given);
            await compare(model, inChromium, losses);
          }
        },
        {},
        webgpuFlags,
      );
    },
    300_000,
  );

  afterAll(() => {
    const text = models.map((model) => tableOf(model, tables.get(model) ?? new Map())).join("\n");
    const folder = fileURLToPath(new URL("../../../.cache", import.meta.url));
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${folder}/losses-side-by-side.md`, text);
    console.log(text);
  });
});

// One object through all devices, and two at a time on each pair with the first.
describe("all devices together", () => {
  describeConformance(wide, { groups: ["synthesis"], others: present });
});
