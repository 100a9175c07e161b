import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import {
  DataError,
  deviceOf,
  ones,
  rand,
  readSync,
  ShapeError,
  setSeed,
  type Tensor,
  tensor,
  useBackend,
  ValidationError,
} from "@plenoptic/tensor";
import {
  collectWarnings,
  describeDevices,
  expectClose,
  hasSharedData,
  sharedDataDir,
} from "@plenoptic/testing";
import fc from "fast-check";
import { createTar } from "nanotar";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { encodePng } from "../src/codecs/png.js";
import { unpack } from "../src/fetch-data.js";
import * as data from "../src/index.js";
import { knownFiles } from "../src/known-files.js";

const recorded = JSON.parse(readFileSync(new URL("./fixtures/images.json", import.meta.url), "utf8"));
const text = (s: string) => new TextEncoder().encode(s);
const sha256 = (x: Tensor) =>
  createHash("sha256")
    .update(Buffer.from(readSync(x).buffer))
    .digest("hex");

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "plenoptic-data-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(async () => {
  await useBackend("cpu");
});

describe.skipIf(!hasSharedData())("pictures as the reference reads them (needs ../shared/data)", () => {
  for (const [name, { gray, color }] of Object.entries<
    Record<string, { shape: number[]; sha256: string; mean: number }>
  >(recorded.pictures)) {
    it(`${name}, every bit, grey and colour`, async () => {
      const path = join(sharedDataDir(), name);
      const ours = await data.loadImages(path);
      expect(ours.shape).toEqual(gray.shape);
      expect(sha256(ours)).toBe(gray.sha256);
      const inColor = await data.loadImages(path, { asGray: false });
      expect(inColor.shape).toEqual(color.shape);
      expect(sha256(inColor)).toBe(color.sha256);
    });
  }

  it("a float64 picture is the float32 one, widened", async () => {
    const path = join(sharedDataDir(), "einstein.pgm");
    const narrow = readSync(await data.loadImages(path));
    await useBackend("cpu", { dtype: "float64" });
    const wide = await data.loadImages(path);
    expect(deviceOf(wide).dtype).toBe("float64");
    expect([...readSync(wide)]).toEqual([...narrow]);
  });

  it("a folder is read in alphabetical order; what is no picture is passed over with a warning", async () => {
    const some = join(folder, "some");
    const { cpSync } = await import("node:fs");
    for (const [from, to] of [
      ["curie.pgm", "b.pgm"],
      ["einstein.pgm", "a.pgm"],
      ["README.md", "c.md"],
    ]) {
      cpSync(join(sharedDataDir(), from), join(some, to));
    }
    const { result, warnings } = await collectWarnings(() => data.loadImages(some));
    expect(result.shape).toEqual([2, 1, 256, 256]);
    expect([...readSync(result).subarray(0, 65536)]).toEqual([
      ...readSync(await data.loadImages(join(some, "a.pgm"))),
    ]);
    expect(warnings.map((w) => w.message).join()).toMatch(/c\.md, it's probably not an image/);
    const turned = await collectWarnings(() =>
      data.loadImages(some, { sortedBy: (p, q) => (p < q ? 1 : -1) }),
    );
    expect([...readSync(turned.result).subarray(65536)]).toEqual([...readSync(result).subarray(0, 65536)]);
  });

  it("PLENOPTIC_DATA_DIR is looked in first", async () => {
    process.env.PLENOPTIC_DATA_DIR = sharedDataDir();
    try {
      for (const load of [data.einstein, data.curie, data.parrot, data.reptileSkin])
        expect((await load()).shape[1]).toBe(1);
      for (const load of [data.colorWheel, data.macaque]) expect((await load()).shape[1]).toBe(3);
    } finally {
      delete process.env.PLENOPTIC_DATA_DIR;
    }
  });

  it("every truncation of a JPEG is an error or a picture of its size", async () => {
    const bytes = readFileSync(join(sharedDataDir(), "color_wheel.jpg"));
    for (let length = 0; length < bytes.length; length += 997) {
      await expect(data.loadImages(bytes.subarray(0, length))).rejects.toThrow(DataError);
    }
  });
});

describe("formats", () => {
  it("PNG of 8 and 16 bits, grey and colour, comes back value for value", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          width: fc.integer({ min: 1, max: 9 }),
          height: fc.integer({ min: 1, max: 9 }),
          channels: fc.constantFrom(1, 3),
          bitDepth: fc.constantFrom(8 as const, 16 as const),
          seed: fc.nat(1000),
        }),
        async ({ width, height, channels, bitDepth, seed }) => {
          setSeed(seed);
          const image = rand([1, channels, height, width]);
          const back = await data.loadImages(await data.encodePNG(image, { bitDepth }), {
            asGray: channels === 1,
          });
          expect(back.shape).toEqual(image.shape);
          const most = 2 ** bitDepth - 1;
          const rounded = Array.from(readSync(image), (v) => Math.fround(Math.round(v * most) / most));
          expect([...readSync(back)]).toEqual(rounded);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("PNG with alpha lies over white", async () => {
    const png = encodePng({ width: 1, height: 1, channels: 4, maxValue: 255, data: [0, 0, 0, 102] });
    expect(readSync(await data.loadImages(png))[0]).toBeCloseTo(0.6, 6);
    const grey = encodePng({ width: 2, height: 1, channels: 2, maxValue: 255, data: [255, 0, 0, 255] });
    expect([...readSync(await data.loadImages(grey))]).toEqual([1, 0]);
  });

  it("PGM and PPM, as text and as bytes, of one and two bytes a value, with comments", async () => {
    const two = Uint8Array.from([...text("P5\n# a comment\n2 1\n1023\n"), 0x03, 0xff, 0x00, 0x00]);
    expect([...readSync(await data.loadImages(two))]).toEqual([1, 0]);
    expect([...readSync(await data.loadImages(text("P2 3 1 4 0 1 4")))]).toEqual([0, 0.25, 1]);
    const rgb = Uint8Array.from([...text("P6 1 1 255\n"), 255, 0, 51]);
    expectClose(readSync(await data.loadImages(rgb, { asGray: false })), [1, 0, 0.2], 1e-7);
    expect((await data.loadImages(text("P3 1 2 1 0 0 1 1 1 1"), { asGray: false })).shape).toEqual([
      1, 3, 2, 1,
    ]);
  });

  it("values outside [0, 1] are limited, and what is no single image is refused", async () => {
    const back = await data.loadImages(await data.encodePNG(tensor([-1, 0.5, 2, 1], [2, 2])));
    expect(readSync(back)[0]).toBe(0);
    expect(readSync(back)[2]).toBe(1);
    await expect(data.encodePNG(ones([2, 1, 4, 4]))).rejects.toThrow(/slice\(images/);
    await expect(data.encodePNG(ones([1, 2, 4, 4]))).rejects.toThrow(ShapeError);
  });

  it("files, URLs of files, Blobs and bytes are the same", async () => {
    const path = join(folder, "x.png");
    await data.savePNG(rand([1, 1, 5, 6]), path);
    const expected = [...readSync(await data.loadImages(path))];
    for (const source of [
      new URL(`file://${path}`),
      readFileSync(path),
      new Blob([readFileSync(path)]),
      [path],
    ]) {
      expect([...readSync(await data.loadImages(source))]).toEqual(expected);
    }
    expect((await data.loadImages([path, path])).shape).toEqual([2, 1, 5, 6]);
  });

  it("the house cat needs no network", async () => {
    expect((await data.houseCat()).shape).toEqual([1, 1, 510, 1024]);
    expect((await data.houseCat({ asGray: false })).shape).toEqual([1, 3, 510, 1024]);
  });
});

describe("what is no picture", () => {
  const png = () => data.encodePNG(rand([1, 3, 7, 5]));
  it.each<[string, () => Promise<data.ImageSource>, RegExp]>([
    ["an empty file", async () => new Uint8Array(), /empty \(0 bytes\)/],
    [
      "a text",
      async () => text("Dear Sir or Madam"),
      /starts with 44 65 61 72.*Formats read: PNG, JPEG, PGM, PPM/,
    ],
    [
      "a file that is not there",
      async () => join(folder, "nowhere.png"),
      /nowhere\.png cannot be read: there is no such file/,
    ],
    ["a truncated PNG", async () => (await png()).subarray(0, 60), /damaged or truncated/],
    ["a PNG header alone", async () => (await png()).subarray(0, 8), /damaged or truncated/],
    [
      "a JPEG for printers",
      async () => new Uint8Array(readFileSync(new URL("./fixtures/cmyk.jpg", import.meta.url))),
      /four inks/,
    ],
    ["a truncated PGM", async () => text("P5 4 4 255 abc"), /truncated: it has 3 of 16/],
    ["a PGM without end", async () => text("P2 4 4 255 1 2"), /truncated/],
    ["a PGM of nonsense", async () => text("P5 x"), /header is damaged/],
    ["a PGM of enormous size", async () => text("P5 99999 99999 255 abc"), /truncated/],
  ])("%s", async (_, source, words) => {
    await expect(data.loadImages(await source())).rejects.toThrow(DataError);
    await expect(data.loadImages(await source())).rejects.toThrow(words);
  });

  it("every truncation of a PNG is an error", async () => {
    const bytes = await png();
    for (let length = 0; length < bytes.length; length++) {
      await expect(data.loadImages(bytes.subarray(0, length)), `${length} bytes`).rejects.toThrow(DataError);
    }
  });

  it("a folder without pictures, and pictures of different sizes", async () => {
    const empty = mkdtempSync(join(folder, "empty-"));
    await expect(data.loadImages(empty)).rejects.toThrow(/holds no picture/);
    await expect(data.loadImages([text("P2 1 1 1 1"), text("P2 2 1 1 1 1")])).rejects.toThrow(
      /must be the same shape/,
    );
  });
});

describe("the cache", () => {
  let server: Server;
  let address: string;
  let served: Record<string, Uint8Array>;
  let requests = 0;
  beforeAll(async () => {
    served = {};
    server = createServer((request, response) => {
      requests++;
      const file = served[(request.url ?? "").slice(1)];
      response.statusCode = file ? 200 : 404;
      response.end(file);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  afterAll(() => server.close());

  it.skipIf(!hasSharedData())("downloads once, checks, and keeps (needs ../shared/data)", async () => {
    const cacheDir = join(folder, "cache");
    served = { "einstein.pgm": readFileSync(join(sharedDataDir(), "einstein.pgm")) };
    requests = 0;
    const first = await data.fetchFile("einstein.pgm", { address, cacheDir });
    const second = await data.fetchFile("einstein.pgm", { address, cacheDir });
    expect(requests).toBe(1);
    expect(Buffer.from(second).equals(Buffer.from(first))).toBe(true);
  });

  it("refuses a file with another hash, and does not keep it", async () => {
    const cacheDir = join(folder, "bad");
    served = { "curie.pgm": text("P2 1 1 1 1") };
    await expect(data.fetchFile("curie.pgm", { address, cacheDir })).rejects.toThrow(/has SHA-256/);
    await expect(data.fetchFile("curie.pgm", { address, cacheDir })).rejects.toThrow(
      new RegExp(knownFiles.get("curie.pgm")?.sha256 ?? "?"),
    );
  });

  it("offline, says what to download and where to put it", async () => {
    const cacheDir = join(folder, "offline");
    const nowhere = "http://127.0.0.1:9/";
    await expect(data.fetchFile("parrot.png", { address: nowhere, cacheDir })).rejects.toThrow(DataError);
    await expect(data.fetchFile("parrot.png", { address: nowhere, cacheDir })).rejects.toThrow(
      /9\/parrot\.png.*put it into .*offline/s,
    );
    await expect(data.fetchFile("nobody.png")).rejects.toThrow(/There are color_wheel/);
    await expect(data.fetchFile("enstein.pgm")).rejects.toThrow(/Did you mean "einstein\.pgm"\?/);
  });

  it.skipIf(!hasSharedData())(
    "fetchData gives the path; a damaged file is fetched anew (needs ../shared/data)",
    async () => {
      const cacheDir = join(folder, "paths");
      served = { "einstein.pgm": readFileSync(join(sharedDataDir(), "einstein.pgm")) };
      const path = await data.fetchData("einstein.pgm", { address, cacheDir });
      expect(path).toBe(join(cacheDir, "einstein.pgm"));
      writeFileSync(path, "damaged");
      await data.fetchData("einstein.pgm", { address, cacheDir });
      expect(readFileSync(path).equals(Buffer.from(served["einstein.pgm"]))).toBe(true);
    },
  );

  it("the registry: every file that is offered is known, with an address and a hash", () => {
    expect(data.downloadableFiles).toHaveLength(12);
    for (const name of data.downloadableFiles) {
      expect(knownFiles.get(name)).toEqual({
        url: expect.stringMatching(/^https:\/\/osf\.io\/download\/\w{5}(\/\?revision=\d+)?$/),
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      });
    }
  });

  it("archives are unpacked once, into the folder that their files share; nothing lands outside", async () => {
    const archive = join(folder, "set.tar.gz");
    const entries = [
      { name: "set/a/one.txt", data: "1" },
      { name: "set/a/b/two.txt", data: "2" },
    ];
    const inside = await unpack(archive, gzipSync(createTar(entries)));
    expect(inside).toBe(join(folder, "set", "set", "a"));
    expect(readFileSync(join(inside, "b", "two.txt"), "utf8")).toBe("2");
    expect(await unpack(archive, new Uint8Array(0))).toBe(inside);
    const evil = gzipSync(createTar([{ name: "../../outside.txt", data: "x" }]));
    await unpack(join(folder, "evil.tar.gz"), evil);
    expect(readFileSync(join(folder, "evil", "outside.txt"), "utf8")).toBe("x");
  });
});

describeDevices("synthetic images", ({ dtype }) => {
  it.each(
    recorded.synthetic as {
      name: "polarRadius" | "polarAngle";
      size: data.ImageSize;
      options: object;
      values: number[];
    }[],
  )("$name $size $options as the reference's", ({ name, size, options, values }) => {
    const made = name === "polarRadius" ? data.polarRadius(size, options) : data.polarAngle(size, options);
    expectClose(made, values, 2e-6);
    expect(deviceOf(made).dtype).toBe(dtype);
  });

  it("negative powers of the distance are finite at the origin", () => {
    expect(readSync(data.polarRadius(3, { exponent: -1 }))[4]).toBe(0);
    expect(() => data.polarRadius(0)).toThrow(ValidationError);
    expect(() => data.polarAngle(3, { direction: "up" as "clockwise" })).toThrow(ValidationError);
  });
});

describe("centerCrop", () => {
  it("takes the middle, and says when there is none", () => {
    const x = tensor(
      Float32Array.from({ length: 20 }, (_, i) => i),
      [1, 1, 4, 5],
    );
    expect([...readSync(data.centerCrop(x, [2, 3]))]).toEqual([6, 7, 8, 11, 12, 13]);
    expect(() => data.centerCrop(x, 5)).toThrow(/5×5 does not fit into a picture of 4×5/);
    expect(() => data.centerCrop(x, 0)).toThrow(ValidationError);
  });
});

it("an unwritable path is a DataError", async () => {
  writeFileSync(join(folder, "file"), "");
  await expect(data.savePNG(ones([2, 2]), join(folder, "file", "x.png"))).rejects.toThrow(DataError);
});
