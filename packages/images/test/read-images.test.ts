import { execFileSync } from "node:child_process";
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { makeTestFolder } from "../../../test/test-folder.ts";
import { readImages, toDataUrl, toImageBlock, writeImageFiles } from "../src/index.ts";
import { samples } from "./samples.ts";

async function folder(): Promise<string> {
  const made = await makeTestFolder("images");
  onTestFinished(() => made[Symbol.asyncDispose]());
  return made.path;
}

const codeOf = (code: string, message: string): object => ({
  name: "ImageError",
  code,
  message: expect.stringContaining(message),
});

describe("an image", () => {
  test.each(Object.entries(samples))("has its type by its content: %s", async (type, bytes) => {
    const path = join(await folder(), "picture.txt");
    await writeFile(path, bytes);
    const mediaType = `image/${type}`;
    expect(await readImages([{ path }, { path: pathToFileURL(path) }, { bytes }])).toEqual([
      { mediaType, bytes: Buffer.from(bytes) },
      { mediaType, bytes: Buffer.from(bytes) },
      { mediaType, bytes },
    ]);
  });

  test.each(Object.entries(samples))("that was cut is refused: %s", async (type, bytes) => {
    for (const end of [Math.floor(bytes.length / 2), bytes.length - 6])
      await expect(readImages([{ bytes: bytes.subarray(0, end) }])).rejects.toMatchObject(
        codeOf("image-incomplete", `image 1 to be a whole image/${type} image`),
      );
  });

  test.each([
    ["no bytes", new Uint8Array()],
    ["20 bytes that begin with 25 50 44 46", Buffer.from("%PDF-1.7 and the rest")],
    ["that begin with 42 4d", Buffer.from("BM…")],
    ["that begin with 3c 73 76 67", Buffer.from("<svg/>")],
  ])("of another type is refused, whatever its name: %s", async (what, bytes) => {
    const path = join(await folder(), "picture.png");
    await writeFile(path, bytes);
    await expect(readImages([{ path }])).rejects.toMatchObject(
      codeOf("image-type", what.replace("20 bytes", "21 bytes")),
    );
  });

  test("that cannot be read is refused with the reason: missing, a folder, a pipe, not an image", async () => {
    const path = await folder();
    const pipe = join(path, "pipe");
    execFileSync("mkfifo", [pipe]);
    await mkdir(join(path, "inner"));
    const bad: readonly [unknown, string][] = [
      [{ path: join(path, "none.png") }, "no such file"],
      [{ path: join(path, "inner") }, "it is not a file"],
      [{ path: pipe }, "it is not a file"],
      [{ path: new URL("https://example.com/a.png") }, "Cannot read image 2 (https://example.com"],
      [{ path: "" }, "{ path: string | URL } or { bytes: Uint8Array }, got { path: '' }"],
      [{ bytes: "abc" }, "got { bytes: 'abc' }"],
    ];
    for (const [source, reason] of bad)
      await expect(readImages([{ bytes: samples.png }, source as never])).rejects.toMatchObject(
        codeOf("image-unreadable", reason),
      );
  });
});

describe("the images of a prompt", () => {
  test("are bounded in number", async () => {
    const sources = Array.from({ length: 3 }, () => ({ bytes: samples.png }));
    await expect(readImages(sources, { maxImages: 2 })).rejects.toMatchObject(
      codeOf("too-many-images", "Expected at most 2 images, got 3"),
    );
    expect(await readImages(sources, { maxImages: 3 })).toHaveLength(3);
  });

  test("are bounded in size all together, and a file that is too large is not read", async () => {
    const { png } = samples;
    const path = join(await folder(), "picture.png");
    await writeFile(path, png);
    await expect(
      readImages([{ bytes: png }, { path }], { maxBytes: png.length * 2 - 1 }),
    ).rejects.toMatchObject(
      codeOf(
        "images-too-large",
        `${png.length * 2 - 1} bytes of images in all, got ${png.length * 2} with image 2`,
      ),
    );
    expect(await readImages([{ bytes: png }, { path }], { maxBytes: png.length * 2 })).toHaveLength(
      2,
    );
  });

  test("are not read any more once the signal has fired", async () => {
    const reason = new Error("enough");
    const signal = AbortSignal.abort(reason);
    await expect(readImages([{ bytes: samples.png }], { signal })).rejects.toBe(reason);
  });
});

test("an image becomes a data URL, and a content block of a tool", async () => {
  const [image] = await readImages([{ bytes: samples.gif }]);
  const data = Buffer.from(samples.gif).toString("base64");
  expect(image && toDataUrl(image)).toBe(`data:image/gif;base64,${data}`);
  expect(toImageBlock(samples.gif)).toEqual({ type: "image", data, mimeType: "image/gif" });
  expect(() => toImageBlock(new Uint8Array(3))).toThrow("got 3 bytes that begin with 00 00 00");
});

test("images are files of a folder that this user alone can read, until they are disposed", async () => {
  const images = await readImages([{ bytes: samples.png }, { bytes: samples.jpeg }]);
  const files = await writeImageFiles(images, "ktx-images-test-");
  const names = files.paths.map((path) => basename(path));
  expect(names).toEqual(["1.png", "2.jpeg"]);
  const contents = await Promise.all(files.paths.map((path) => readFile(path)));
  expect(contents).toEqual([Buffer.from(samples.png), Buffer.from(samples.jpeg)]);
  const parent = dirname(files.paths[0] ?? "");
  expect((await stat(parent)).mode & 0o777).toBe(0o700);
  await files[Symbol.asyncDispose]();
  await expect(stat(parent)).rejects.toThrow("ENOENT");
});
