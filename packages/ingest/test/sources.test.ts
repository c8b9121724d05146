import { mkdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openWiki } from "@ktx/wiki";
import { expect, test } from "vitest";
import { hashPage } from "../src/apply/wiki-memory.ts";
import { MissingSourcesError, previewIngest } from "../src/index.ts";
import { cloneOf, makeProject, playRuntime, threeSources } from "./project.ts";

test("a deleted source retires its claims and no others, without a model", async () => {
  await using project = await makeProject(threeSources);
  await project.ingest(playRuntime());
  await rm(join(project.path, "sources/policy.txt"));
  const runtime = playRuntime();
  const report = await project.ingest(runtime);
  expect(runtime.calls).toEqual([]);
  expect(report).toMatchObject({ retiredClaims: 1, contradictions: 0 });
  const wiki = await project.wiki();
  expect(wiki["refund.md"]).not.toContain("14 days");
  expect(wiki["refund.md"]).not.toContain("Contradictions");
  expect(wiki["refund.md"]).toContain("30 days");
  expect(wiki["order.md"]).toContain("- An order has one buyer.[^s1]\n");
});

test("a page goes when its last source goes", async () => {
  await using project = await makeProject(threeSources);
  await project.ingest(playRuntime());
  for (const name of ["refunds.md", "policy.txt"]) await rm(join(project.path, "sources", name));
  expect((await project.ingest(playRuntime())).pages.removed).toEqual(["refund.md"]);
  expect(Object.keys(await project.wiki())).toEqual(["order.md"]);
});

test("bad sources are skipped by name, and the others are read", async () => {
  await using project = await makeProject({
    ...threeSources,
    "sources/blob.md": "text\0binary",
    "sources/tool.exe": "MZ",
    "sources/empty.md": "\n",
  });
  await symlink("loop.md", join(project.path, "sources/loop.md"));
  await symlink("..", join(project.path, "sources/up"));
  const report = await project.ingest(playRuntime());
  expect(report.units.done).toBe(3);
  expect(report.skipped.map(({ path }) => path).toSorted()).toEqual([
    "sources/blob.md",
    "sources/empty.md",
    "sources/loop.md",
    "sources/tool.exe",
    "sources/up",
  ]);
});

test("the configuration of ktx is no source, whatever names it", async () => {
  await using project = await makeProject({
    "ktx.yaml": "llm:\n  model: gpt-5.5\n",
    "sub/ktx.yaml": "llm: {}\n",
    "sub/other.yaml": "a: 1\n",
  });
  for (const paths of [["."], ["**/*.yaml"], ["ktx.yaml", "sub"]]) {
    const { units, unchanged } = await previewIngest({
      projectDir: project.path,
      paths,
      models: { extract: "gpt-5.5", reconcile: "gpt-5.5" },
    });
    expect([...units, ...unchanged].map(({ source }) => source)).toEqual(["sub/other.yaml"]);
  }
});

const twoFolders = {
  "docs/a.md": "A refund is paid within 30 days.\n",
  "other/b.md": "An order has one buyer.\n",
};

test.each(["docs", "docs/a.md", "docs/**/*.md"])(
  "%s that is gone is refused, and retires nothing; with gone, the claims go",
  async (given) => {
    await using project = await makeProject(twoFolders);
    await project.ingest(playRuntime(), { paths: ["docs", "other"] });
    const before = await project.wiki();
    await rm(join(project.path, "docs"), { recursive: true });
    await expect(project.ingest(playRuntime(), { paths: ["other", given] })).rejects.toThrow(
      MissingSourcesError,
    );
    // An ingest of another folder says so, and leaves them, too.
    for (const gone of [false, true])
      expect(await project.ingest(playRuntime(), { paths: ["other"], gone })).toMatchObject({
        retiredClaims: 0,
        skipped: [{ path: "docs/a.md" }],
      });
    expect(await project.wiki()).toEqual(before);
    await using other = await cloneOf(project, ["wiki", "other"]);
    const options = { paths: ["other", given], gone: true };
    expect(await other.ingest(playRuntime(), options)).toMatchObject({ retiredClaims: 1 });
    expect(await project.ingest(playRuntime(), { paths: ["."], gone: true })).toMatchObject({
      retiredClaims: 1,
    });
  },
);

test.each([
  [".", "docs", "docs"],
  ["docs", "docs/deep/er", "docs/deep/er"],
  ["docs", "docs/deep", "docs/deep"],
  ["docs/**/*.md", "docs/deep", "docs/deep"],
])("for %s, a %s that is gone counts as one that is empty", async (given, removed, named) => {
  await using project = await makeProject({
    "docs/deep/er/a.md": "A refund is paid within 30 days.\n",
    "docs/deep/b.md": "A voucher is paid.\n",
    "docs/c.md": "A receipt is sent.\n",
    "other/b.md": "An order has one buyer.\n",
  });
  await project.ingest(playRuntime(), { paths: ["."] });
  const before = await project.wiki();
  await rm(join(project.path, removed), { recursive: true });
  const run = project.ingest(playRuntime(), { paths: [given] });
  await expect(run).rejects.toThrow(`Expected files in ${named}, since the wiki has claims of `);
  await expect(project.ingest(playRuntime(), { paths: [given] })).rejects.toThrow("is gone now.");
  expect(await project.wiki()).toEqual(before);
  const report = await project.ingest(playRuntime(), { paths: [given], gone: true });
  expect(report.pages.removed).toContain("refund.md");
});

test("a folder with the name of a source retires the claims of the source", async () => {
  await using project = await makeProject(twoFolders);
  const paths = ["docs", "other"];
  await project.ingest(playRuntime(), { paths });
  await rm(join(project.path, "docs/a.md"));
  await project.write({ "docs/a.md/inner.md": "A voucher is paid.\n" });
  const report = await project.ingest(playRuntime(), { paths });
  expect(report).toMatchObject({ retiredClaims: 1, pages: { removed: ["refund.md"] } });
  await rm(join(project.path, "other/b.md"));
  await mkdir(join(project.path, "other/b.md"));
  expect(await project.ingest(playRuntime(), { paths })).toMatchObject({ retiredClaims: 1 });
});

test.each([
  ["docs", "docs"],
  [".", "docs"],
  ["docs/**/*.md", "docs"],
  ["docs/deep", "docs/deep"],
])("for %s, a %s that is empty now may be a volume that is missing", async (given, emptied) => {
  await using project = await makeProject({
    "docs/deep/a.md": "A refund is paid within 30 days.\n",
    "other/b.md": "An order has one buyer.\n",
  });
  await project.ingest(playRuntime(), { paths: ["docs", "other"] });
  const before = await project.wiki();
  await rm(join(project.path, emptied), { recursive: true });
  await mkdir(join(project.path, emptied));
  await project.write({ [`${emptied}/.hidden`]: "" });
  await expect(project.ingest(playRuntime(), { paths: [given] })).rejects.toThrow(
    `Expected files in ${emptied}, since the wiki has claims of one source there`,
  );
  expect(await project.ingest(playRuntime(), { paths: ["other"] })).toMatchObject({
    outcome: "unchanged",
    skipped: [{ path: "docs/deep/a.md" }],
  });
  expect(await project.wiki()).toEqual(before);
  expect(await project.ingest(playRuntime(), { paths: [given], gone: true })).toMatchObject({
    retiredClaims: 1,
    pages: { removed: ["refund.md"] },
  });
});

test("a file in the place of a folder takes the claims of the folder along", async () => {
  await using project = await makeProject(twoFolders);
  await project.ingest(playRuntime(), { paths: ["."] });
  await rm(join(project.path, "docs"), { recursive: true });
  await project.write({ docs: "A file.\n" });
  const report = await project.ingest(playRuntime(), { paths: ["."] });
  expect(report).toMatchObject({ retiredClaims: 1, pages: { removed: ["refund.md"] } });
});

test("a file that was emptied loses its claims, and one that cannot be read any more keeps them", async () => {
  await using project = await makeProject({ ...twoFolders, "docs/c.md": "A voucher is paid.\n" });
  const paths = ["docs", "other"];
  await project.ingest(playRuntime(), { paths });
  await project.write({ "docs/a.md": " \n", "other/b.md": "\0binary" });
  const report = await project.ingest(playRuntime(), { paths });
  expect(report).toMatchObject({
    outcome: "applied",
    retiredClaims: 1,
    pages: { removed: ["refund.md"] },
  });
  expect(report.skipped).toEqual([
    { path: "docs/a.md", reason: "The file has no text. Its claims go." },
    { path: "other/b.md", reason: expect.stringMatching(/binary .* Its claims stay\.$/) },
  ]);
  expect(await project.ingest(playRuntime(), { paths })).toMatchObject({ outcome: "unchanged" });
});

test("claims of what is no source any more go, such as those of ktx.yaml", async () => {
  await using project = await makeProject({
    "ktx.yml": "# A refund is paid within 30 days.\n",
    "docs/a.md": "An order has one buyer.\n",
  });
  const paths = ["ktx.yml", "docs"];
  await project.ingest(playRuntime(), { paths });
  // As an earlier version has read it.
  for (const name of ["wiki/.ktx.json", ".ktx/ingest/ledger.json", "wiki/refund.md"])
    await project.write({ [name]: (await project.read(name)).replaceAll("ktx.yml", "ktx.yaml") });
  await rename(join(project.path, "ktx.yml"), join(project.path, "ktx.yaml"));
  const state = join(project.path, "wiki/.ktx.json");
  const memory = await readFile(state, "utf8");
  const hash = hashPage(await project.read("wiki/refund.md"));
  await writeFile(state, memory.replace(/"refund\.md": "\w+"/, `"refund.md": "${hash}"`));
  const report = await project.ingest(playRuntime(), { paths: ["docs"] });
  expect(report).toMatchObject({ retiredClaims: 1, pages: { removed: ["refund.md"] } });
  expect(Object.keys(await project.wiki())).toEqual(["order.md"]);
});

test.each(["a\nb.md", "a\u001b[2J.md", "a\tb.md", "a\u2028b.md", "a\u009bb.md"])(
  "a file with the name %j is skipped with a sentence, and nothing cites it",
  async (name) => {
    await using project = await makeProject({
      [`sources/${name}`]: "A refund is paid within 30 days.\n",
      "sources/b.md": "An order has one buyer.\n",
    });
    const runtime = playRuntime();
    const report = await project.ingest(runtime);
    expect(runtime.calls).toHaveLength(1);
    expect(report.skipped).toEqual([
      { path: `sources/${name}`, reason: expect.stringContaining("Rename it.") },
    ]);
    const reason = { skipped: [{ path: `sources/${name}` }] };
    expect(await project.ingest(runtime, { paths: [`sources/${name}`] })).toMatchObject(reason);
  },
);

test("bytes of a name that are no UTF-8 are named, and nothing is lost of the others", async () => {
  await using project = await makeProject(twoFolders);
  await writeFile(
    Buffer.from(join(project.path, "docs/\xff.md"), "latin1"),
    "A voucher is paid.\n",
  );
  expect(await project.ingest(playRuntime(), { paths: ["."] })).toMatchObject({
    units: { done: 2 },
    skipped: [{ path: "docs/\ufffd.md", reason: expect.stringContaining("Rename it.") }],
  });
});

test.each(["..", "../*.md", "/", "/**/*.md", "out"])(
  "%j leads out of the project, and nothing there is walked",
  async (given) => {
    await using project = await makeProject({ ...twoFolders, "a.md": "A voucher is paid.\n" });
    await symlink(tmpdir(), join(project.path, "out"));
    const { skipped, units } = await previewIngest({
      projectDir: project.path,
      paths: [given, "docs"],
      models: { extract: "gpt-5.5", reconcile: "gpt-5.5" },
    });
    expect(units).toMatchObject([{ source: "docs/a.md" }]);
    expect(skipped).toEqual([
      { path: given, reason: expect.stringContaining("outside of the project's folder") },
    ]);
  },
);

test.skipIf(process.platform === "win32")(
  "a name with a backslash is skipped, since other systems read it as a folder",
  async () => {
    await using project = await makeProject({ "sources/a\\b.md": "A refund is paid.\n" });
    const runtime = playRuntime();
    const report = await project.ingest(runtime);
    expect(report.skipped).toEqual([
      { path: "sources/a\\b.md", reason: expect.stringContaining("a backslash") },
    ]);
    expect(runtime.calls).toEqual([]);
  },
);

test("an empty path is not the whole project", async () => {
  await using project = await makeProject(twoFolders);
  const { skipped, units } = await previewIngest({
    projectDir: project.path,
    paths: ["", " "],
    models: { extract: "gpt-5.5", reconcile: "gpt-5.5" },
  });
  expect(units).toEqual([]);
  expect(skipped.map(({ reason }) => reason)).toEqual([
    "Expected a path, got an empty text.",
    "Expected a path, got an empty text.",
  ]);
});

test.each(["a [b](c) #1%20&?.md", "ü|<b>`x`.md", "a^b$c;'d.md", "👩‍💻.md"])(
  "a file with the name %j is read, and its citation holds",
  async (name) => {
    await using project = await makeProject({
      [`sources/${name}`]: "A refund is paid within 30 days.\n",
      "sources/z.md": "A refund is paid within 14 days.\n",
    });
    expect(await project.ingest(playRuntime())).toMatchObject({ contradictions: 1, heldSets: 0 });
    await using wiki = await openWiki({ projectDir: project.path });
    expect(await wiki.check()).toMatchObject({ findings: [], citations: { fine: 2 } });
  },
);

test("a folder whose sources are gone for good is not skipped, and a link in the place of a source says that its claims stay", async () => {
  await using project = await makeProject({
    ...threeSources,
    "other/a.md": "A bill has a date.\n",
  });
  await project.ingest(playRuntime(), { paths: ["sources", "other"] });
  await rm(join(project.path, "other"), { recursive: true });
  const gone = { paths: ["other"], gone: true };
  expect(await project.ingest(playRuntime(), gone)).toMatchObject({
    retiredClaims: 1,
    skipped: [],
  });
  expect((await project.ingest(playRuntime(), gone)).skipped).toMatchObject([
    { path: "other", reason: "Nothing has this name. Correct the path or the glob." },
  ]);
  await rm(join(project.path, "sources/policy.txt"));
  await symlink("nowhere.txt", join(project.path, "sources/policy.txt"));
  expect(await project.ingest(playRuntime())).toMatchObject({
    retiredClaims: 0,
    skipped: [
      { path: "sources/policy.txt", reason: expect.stringMatching(/nowhere\. Its claims stay\.$/) },
    ],
  });
});
