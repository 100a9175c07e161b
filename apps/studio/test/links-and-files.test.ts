import { readTorch, type TorchValue, writeTorch } from "@plenoptic/io";
import { beforeAll, describe, expect, it } from "vitest";
import { PickleWriter } from "../../../packages/io/src/pickle-write.js";
import { writeZip } from "../../../packages/io/src/zip.js";
import { runCommand } from "./command.js";
import { smallPicture } from "./picture.js";
import { chromiumIsNeeded, downloadBy, hasChromium } from "./studio-page.js";
import { type RunRecord, useStudio } from "./use-studio.js";

/** What cannot be, and what is said of it: when the link is opened, or when Run is pressed. */
const links: [link: string, says: string | RegExp][] = [
  ["crop=0", "crop of the link is “0”"],
  ["crop=1e9", "does not fit into a picture of 1024×510 pixels"],
  ["reduce=0", "at least 1"],
  ["left=5000", "reaches beyond the picture"],
  ["top=-1", "at least 0"],
  ["color=perhaps", "true or false"],
  ["model=Gausian", /Did you mean "Gaussian"\?.*or a module by its address/],
  ["model=javascript:alert(1)", 'There is no model "javascript:alert(1)"'],
  ["loss=mes", 'Did you mean "mse"?'],
  ["penalty-lambda=1e400", "a number that is not negative"],
  ["optimizer=adam", 'Did you mean "Adam"?'],
  ["optimizer-option.lr=fast", "lr must be a number"],
  ["optimizer-option.nothing=1", 'Adam has no option "nothing"'],
  ["scheduler=Step", 'Did you mean "StepLR"?'],
  ["max-iter=0", "at least 1"],
  ["max-iter=1e30", "which is too large"],
  ["stop-criterion=-1", "not negative"],
  ["stop-iters-to-check=0", "at least 1"],
  ["store-progress=1.5", "whole number"],
  ["seed=1.5", "it must be a whole number."],
  ["seed=99999999999999999999", "which is too large"],
  ["device=gpu", "auto or cpu or webgpu"],
  ["dtype=float16", "float32 or float64"],
  ["device=webgpu&dtype=float64", "has no float64"],
  ["coarse-to-fine=both", "together or separate"],
  ["coarse-to-fine=together", "no scales"],
  ["change-scale-criterion=x", "not negative"],
  ["ctf-iters-to-check=0", "at least 1"],
  ["model-option.kernelSize=-3", "kernelSize must be positive"],
  ["model-option.kernelSize=4000", "needs a picture of at least"],
  ["model-option.nothing=1", 'The model Gaussian has no option "nothing"'],
  ["%E0%A4%A", "does not know"],
  ["=&&==", "does not know"],
];

describe.skipIf(!hasChromium)(
  `links and files of the studio ${chromiumIsNeeded}`,
  { timeout: 150_000, retry: 1 },
  () => {
    const studio = useStudio();
    let picture: Uint8Array;
    beforeAll(async () => {
      picture = await smallPicture(64);
    });

    const expectAlert = (text: string | RegExp) =>
      expect.poll(studio.alert, { timeout: 10_000 }).toMatch(text);
    const drop = async () => {
      await studio.drop(picture);
      await studio.page.getByText("64×64 of 64×64 pixels").waitFor();
    };
    const record = async () =>
      JSON.parse((await downloadBy(studio.page, "metamer.json")).toString()) as RunRecord;

    it("of a link that cannot be it is said what is wrong, and the page can be used", async () => {
      for (const [link, says] of links) {
        const rest = ["max-iter=2", "device=cpu"].filter((one) => !link.includes(one.split("=")[0]));
        await studio.page.goto("about:blank");
        await studio.page.goto(`${studio.host.address}#${[...rest, link].join("&")}`);
        await studio.button("Run").waitFor();
        const alert = studio.page.getByRole("alert");
        await studio.page.getByText("256×256 of").or(alert).first().waitFor();
        if ((await alert.count()) === 0) await studio.button("Run").click();
        await expectAlert(says);
        expect(await studio.button("Run").or(studio.button("Start anew")).isEnabled()).toBe(true);
      }
      await drop();
      await studio.page.goto(`${studio.host.address}#max-iter=2&device=cpu&model-option.kernelSize=5`);
      await studio.page.reload();
      await studio.button("Run").click();
      await studio.end();
    });

    it("of a file that cannot be opened it is said why, and what there was stays", async () => {
      await studio.open("device=cpu&max-iter=4&model-option.kernelSize=5&store-progress=2");
      await drop();
      await studio.button("Run").click();
      const hash = await studio.end();
      const file = new Uint8Array(await downloadBy(studio.page, "metamer.pt"));
      const saved = readTorch(file) as Map<string, TorchValue>;
      const other = (change: (values: Map<string, TorchValue>) => void) => {
        const values = new Map(saved);
        change(values);
        return writeTorch(values as TorchValue);
      };
      const pickle = new PickleWriter();
      pickle.global("posix", "system");
      const hostile = writeZip(new Map([["a/data.pkl", pickle.finish()]]));
      const metadata = saved.get("save_metadata") as Map<string, TorchValue>;
      const eigendistortion = new Map(metadata).set(
        "synthesis_object",
        "plenoptic.eigendistortion.Eigendistortion",
      );
      for (const [bytes, says] of [
        [file.subarray(0, file.length / 2), /damaged|truncated|cut|end/i],
        [new Uint8Array(Buffer.concat(hostile)), "posix.system"],
        [other((values) => values.set("save_metadata", eigendistortion)), "Eigendistortion"],
        [other((values) => values.delete("_metamer")), /_metamer|metamer/],
        [writeTorch([1, 2, 3]), /no |not /],
      ] as [Uint8Array, string | RegExp][]) {
        await studio.drop(bytes, "other.pt", "");
        await expectAlert(says);
        expect(await studio.page.getByTestId("sha256").textContent()).toBe(hash);
      }
      await studio.button("Step").click();
      await expect.poll(studio.iteration).toBe(5);
    });

    it.each([
      [
        "float64",
        "dtype=float64&model-option.kernelSize=5",
        ["--dtype", "float64", "--model-option", "kernelSize=5"],
      ],
      ["three channels", "model=Identity&color=true", ["--model", "Identity", "--color"]],
      [
        "coarse to fine",
        "model=PortillaSimoncelli&model-option.nScales=2&coarse-to-fine=together",
        ["--model", "PortillaSimoncelli", "--model-option", "nScales=2", "--coarse-to-fine", "together"],
      ],
    ])("opens a file of %s, and goes on to the same bits", async (_, settings, options) => {
      await studio.open(`device=cpu&max-iter=4&store-progress=2&${settings}`);
      await drop();
      await studio.button("Run").click();
      await studio.end();
      const file = await downloadBy(studio.page, "metamer.pt");
      // Without any settings the page would take up what was kept.
      await studio.open("seed=9");
      await studio.drop(file, "metamer.pt", "");
      await studio.page.getByText("metamer.pt holds").waitFor();
      expect(await studio.iteration()).toBe(4);
      for (const option of settings.split("&").filter((one) => one.startsWith("model-option"))) {
        const [name, value] = option.slice("model-option.".length).split("=");
        await studio.page
          .getByText(/^Options of/)
          .first()
          .click();
        await studio.page.getByLabel(name, { exact: true }).fill(value);
        await studio.page.getByLabel(name, { exact: true }).blur();
      }
      await studio.page.getByText("Everything else", { exact: true }).click();
      await studio.page.getByLabel("Compute on").selectOption("cpu");
      await studio.button("Step").click();
      const hash = await studio.end();
      expect(await studio.iteration()).toBe(5);
      expect(
        (await runCommand(picture, [...options, "--max-iter", "5", "--store-progress", "2"])).sha256,
      ).toBe(hash);
    });

    it("is there after a reload at once, and after a tab was closed while it saved", async () => {
      const settings = "device=cpu&max-iter=3000&stop-criterion=0&model-option.kernelSize=5&store-progress=1";
      for (const wait of [0, 40, 150, 400]) {
        await studio.open(settings);
        await drop();
        await studio.button("Run").or(studio.button("Start anew")).click();
        await studio.page.waitForTimeout(wait);
        await studio.page.reload();
        await studio.button("Continue").or(studio.button("Run")).first().waitFor();
        expect(await studio.alert()).toBe("");
      }
      await drop();
      await studio.button("Run").or(studio.button("Start anew")).click();
      await studio.page.getByTestId("kept").waitFor();
      await studio.page.close();
      studio.page = await studio.context.newPage();
      await studio.page.goto(studio.host.address);
      await studio.button("Continue").waitFor();
      const kept = await studio.iteration();
      expect(kept).toBeGreaterThan(0);
      expect((await record()).losses.length).toBe(kept);
      await studio.button("Continue").click();
      await studio.end();
      const command = await runCommand(picture, [
        ...["--max-iter", "3000", "--stop-criterion", "0", "--model-option", "kernelSize=5"],
      ]);
      expect((await record()).sha256).toBe(command.sha256);
    });
  },
);
