import { mkdir, readdir, rename, symlink } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  keepNote,
  listContradictions,
  listProposals,
  previewIngest,
  reviewProposal,
  undoApply,
} from "../src/index.ts";
import { makeProject, playRuntime, threeSources } from "./project.ts";

const models = { extract: "gpt-5.5", reconcile: "gpt-5.5" };

test.each([".ktx", ".ktx/ingest", "wiki"])(
  "a %s that is a link is refused by each command, and nothing is read or written behind it",
  async (place) => {
    await using project = await makeProject(threeSources);
    await using elsewhere = await makeProject({ "page.md": "# Elsewhere\n" });
    const projectDir = project.path;
    if (place.includes("/")) await mkdir(join(projectDir, ".ktx"));
    await symlink(elsewhere.path, join(projectDir, place));
    const runtime = playRuntime();
    const commands: (() => Promise<unknown>)[] = [
      () => project.ingest(runtime),
      () => previewIngest({ projectDir, paths: ["sources"], models }),
      () => listProposals(projectDir),
      () => listContradictions(projectDir),
      () => undoApply({ projectDir }),
      () => reviewProposal({ projectDir, id: "a.md", verdict: "accept" }),
    ];
    const sentence = `Expected ${place} to be a folder of the project, got a symbolic link.`;
    for (const command of commands) await expect(command()).rejects.toThrow(sentence);
    expect(runtime.calls).toEqual([]);
    expect(await readdir(elsewhere.path)).toEqual(["page.md"]);
  },
);

test("a file in the place of wiki is refused before a model is asked", async () => {
  await using project = await makeProject({ ...threeSources, wiki: "mine\n" });
  const runtime = playRuntime();
  await expect(project.ingest(runtime)).rejects.toThrow("Expected wiki to be a folder");
  expect(runtime.calls).toEqual([]);
  expect(await project.read("wiki")).toBe("mine\n");
});

test("results that ktx did not write are named, and without them nothing of the wiki is read again", async () => {
  await using project = await makeProject(threeSources);
  await project.ingest(playRuntime());
  const store = join(project.path, ".ktx/ingest/units.db");
  await rename(store, `${store}.kept`);
  await project.write({ ".ktx/ingest/units.db": "no database of ktx, but a text\n" });
  await expect(project.ingest(playRuntime())).rejects.toThrow(
    `Expected ${store} to be the results of earlier runs as ktx wrote them`,
  );
  expect(await project.read(".ktx/ingest/units.db")).toContain("no database");
  await rename(store, `${store}.broken`);
  const runtime = playRuntime();
  expect(await project.ingest(runtime)).toMatchObject({ outcome: "unchanged" });
  expect(runtime.calls).toEqual([]);
});

test("an undo and a review leave nothing in a folder without a state", async () => {
  await using project = await makeProject({});
  const projectDir = project.path;
  await expect(undoApply({ projectDir })).rejects.toThrow("none is left");
  const review = reviewProposal({ projectDir, id: "a.md", verdict: "accept" });
  await expect(review).rejects.toThrow("no proposal waits");
  expect(await listProposals(projectDir)).toEqual([]);
  expect(await readdir(projectDir)).toEqual([]);
});

test("a note goes into a folder of the project alone", async () => {
  await using project = await makeProject({});
  await using elsewhere = await makeProject({});
  await symlink(elsewhere.path, join(project.path, "notes"));
  const note = keepNote({ projectDir: project.path, text: "A refund is paid.", nowMs: 0 });
  await expect(note).rejects.toThrow("Expected notes to be a folder of the project");
  expect(await readdir(elsewhere.path)).toEqual([]);
});

test("a proposal that ktx did not write is named by each ingest, and stays where it is", async () => {
  await using project = await makeProject({ ...threeSources, "wiki/refund.md": "# Ours\n" });
  expect(await project.ingest(playRuntime())).toMatchObject({ waiting: { pages: 1 } });
  const [name = ""] = await readdir(join(project.path, ".ktx/ingest/proposals"));
  const path = `.ktx/ingest/proposals/${name}`;
  await project.write({ [path]: "{oops" });
  expect(await project.ingest(playRuntime())).toMatchObject({
    waiting: { pages: 0 },
    skipped: [{ path, reason: expect.stringContaining("Expected a proposal as ktx wrote it") }],
  });
  expect(await project.read(path)).toBe("{oops");
});
