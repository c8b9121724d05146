import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { hashLines, openSources, openWiki } from "../src/index.ts";
import { openProject } from "./open-project.ts";

const page = (source: string, hash: string) =>
  `Claim.[^s1]\n\n[^s1]: [x:1](../${source}) sha256:${hash}\n`;

test("a source that is no text is unreadable and not gone, with the reason", async () => {
  await using scene = await openProject({
    "wiki/a.md": page("a.pdf", "0123456789abcdef"),
    "a.pdf": Uint8Array.of(37, 80, 68, 70, 0, 1),
  });
  expect(await scene.wiki.check()).toMatchObject({
    citations: { unreadable: 1, gone: 0 },
    findings: [{ kind: "unreadable", message: expect.stringContaining("zero bytes") }],
  });
});

test("a reader gives the text of other kinds, and citations count its lines", async () => {
  await using scene = await openProject({
    "a.pdf": Uint8Array.of(0, 1),
    "broken.pdf": "x",
    "b.sql": "x",
  });
  const sources = await openSources(scene.project, {
    toText: async ({ path, extension }) => {
      if (path === "broken.pdf") throw new Error("The PDF is encrypted.");
      return extension === ".pdf" ? "Page one.\nPage two.\n" : undefined;
    },
  });
  const hash = hashLines("Page two.", { from: 1, to: 1 }) ?? "";
  await writeFile(join(scene.project, "a.md"), "");
  await using wiki = await openWiki({ projectDir: scene.project, folder: "pages", sources });
  await wiki.write({ name: "a.md", text: page("a.pdf", hash), baseHash: null });
  await wiki.write({ name: "b.md", text: page("broken.pdf", hash), baseHash: null });
  expect((await wiki.check()).findings).toMatchObject([
    { page: "a.md", kind: "moved", movedTo: { from: 2, to: 2 } },
    { page: "b.md", kind: "unreadable", message: expect.stringContaining("encrypted") },
  ]);
  expect(await sources.read("b.sql")).toBe("x");
});

test("UTF-16 with its mark is a text, as other systems export it", async () => {
  const text = "select 'ä';\n";
  const little = Buffer.from(`\uFEFF${text}`, "utf16le");
  await using scene = await openProject({
    "le.sql": little,
    "be.sql": Buffer.from(little).swap16(),
  });
  expect(await scene.wiki.sources.read("le.sql")).toBe(text);
  expect(await scene.wiki.sources.read("be.sql")).toBe(text);
});

test("a source above 8 MiB is cited and checked", async () => {
  const big = `${"x".repeat(99)}\n`.repeat(100_000);
  await using scene = await openProject({
    "big.txt": `${big}The end.\n`,
    "wiki/a.md": `Claim.[^s1]\n\n[^s1]: [x:100001](../big.txt) sha256:${hashLines("The end.", { from: 1, to: 1 })}\n`,
  });
  expect((await scene.wiki.check()).citations).toMatchObject({ fine: 1 });
});

test("a page that cannot be read is a finding, and the others are checked", async () => {
  await using scene = await openProject({
    "wiki/a.md": "[x](none.md)",
    "wiki/big.md": "x".repeat(9 * 1024 * 1024),
    "wiki/latin.md": Uint8Array.of(0x61, 0xe4, 0x61),
  });
  const check = await scene.wiki.check();
  expect(check.pages).toBe(3);
  expect(check.findings).toMatchObject([
    { page: "a.md", kind: "broken-link" },
    { page: "big.md", kind: "page-problem", message: expect.stringContaining("at most") },
    { page: "latin.md", kind: "page-problem", message: expect.stringContaining("UTF-8") },
  ]);
});
