import { mkdir, readdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { openWiki } from "@ktx/wiki";
import { expect, test } from "vitest";
import { proposalFile } from "../src/apply/proposals.ts";
import {
  exitCodeOfIngest,
  listContradictions,
  listProposals,
  resolveProposalId,
  ReviewError,
  reviewProposal,
  undoApply,
} from "../src/index.ts";
import { playIngestModel } from "../src/testing/index.ts";
import { makeProject, playRuntime, type TestProject } from "./project.ts";

async function makeEdited(): Promise<TestProject> {
  const project = await makeProject({ "sources/a.md": "A refund is paid within 30 days.\n" });
  await project.ingest(playRuntime());
  const page = join(project.path, "wiki/refund.md");
  await writeFile(page, (await readFile(page, "utf8")).replace("# Refund", "# Refunds of ours"));
  await project.write({ "sources/b.md": "A refund has one reason.\n" });
  await project.ingest(playRuntime());
  return project;
}

const page = "refund.md";

test("an accepted proposal is the person's page with the change, also after a further edit", async () => {
  await using project = await makeEdited();
  expect(await listProposals(project.path)).toMatchObject([
    { id: page, kind: "page", hasConflicts: false, reason: "A person edited this page." },
  ]);
  const file = join(project.path, "wiki", page);
  await writeFile(
    file,
    (await readFile(file, "utf8")).replace("summary: What", "summary: All that"),
  );
  const projectDir = project.path;
  expect(await reviewProposal({ projectDir, id: page, verdict: "accept" })).toEqual([page]);
  const text = await readFile(file, "utf8");
  for (const part of ["# Refunds of ours", "one reason", "30 days", "summary: All that"])
    expect(text).toContain(part);
  expect(await listProposals(projectDir)).toEqual([]);
  await using wiki = await openWiki({ projectDir });
  expect((await wiki.check()).findings).toEqual([]);
  // A later change is proposed alone.
  await project.write({ "sources/c.md": "A refund has one currency.\n" });
  await project.ingest(playRuntime());
  expect(await listProposals(projectDir)).toMatchObject([
    { hasConflicts: false, proposed: expect.stringContaining("one currency") },
  ]);
});

test("a proposal is settled only in the version that a person has seen", async () => {
  await using project = await makeEdited();
  const projectDir = project.path;
  const [seen] = await listProposals(projectDir);
  expect(await listProposals(projectDir)).toEqual([seen]);
  await project.write({ "sources/c.md": "A refund has one currency.\n" });
  await project.ingest(playRuntime());
  const before = await project.read(`wiki/${page}`);
  for (const verdict of ["accept", "reject"] as const)
    await expect(
      reviewProposal({ projectDir, id: page, verdict, version: seen?.version }),
    ).rejects.toThrow(/^Expected refund\.md as it was shown, got another proposal/);
  expect(await project.read(`wiki/${page}`)).toBe(before);
  const [now] = await listProposals(projectDir);
  const again = { projectDir, id: page, verdict: "accept", version: now?.version } as const;
  expect(await reviewProposal(again)).toEqual([page]);
});

test("a rejected proposal leaves the page, and comes back only with a new change", async () => {
  await using project = await makeEdited();
  const projectDir = project.path;
  const before = await project.read(`wiki/${page}`);
  expect(await reviewProposal({ projectDir, id: page, verdict: "reject" })).toEqual([]);
  expect(await project.read(`wiki/${page}`)).toBe(before);
  expect(await project.ingest(playRuntime())).toMatchObject({ outcome: "unchanged" });
  expect(await listProposals(projectDir)).toEqual([]);
});

test("a proposal with conflicts is not accepted, and an unknown one is named", async () => {
  await using project = await makeEdited();
  const projectDir = project.path;
  const file = join(projectDir, "wiki", page);
  await writeFile(
    file,
    (await readFile(file, "utf8")).replace(/^- A refund is paid.*$/m, "- Never."),
  );
  await expect(reviewProposal({ projectDir, id: page, verdict: "accept" })).rejects.toThrow(
    /the same lines/,
  );
  await expect(reviewProposal({ projectDir, id: "x.md", verdict: "accept" })).rejects.toThrow(
    ReviewError,
  );
  expect(await listProposals(projectDir)).toHaveLength(1);
});

test("a held set that is accepted lands with a flag; one that is rejected does not come back", async () => {
  const files = {
    "sources/a.md": "A refund is paid within 30 days.\n",
    "sources/b.md": "A refund is paid within 14 days.\n",
  };
  const nonsense = playRuntime((user, results) =>
    user.startsWith("Compare") ? { text: "Fine." } : playIngestModel(user, results),
  );
  await using project = await makeProject(files);
  const projectDir = project.path;
  await project.ingest(nonsense);
  const [waiting] = await listProposals(projectDir);
  expect(waiting).toMatchObject({ kind: "set", claims: [{ page }, { page }], against: [] });
  await reviewProposal({ projectDir, id: waiting?.id ?? "", verdict: "accept" });
  expect((await project.wiki())[page]).toContain("([^s1] against [^s2])");
  expect(await listProposals(projectDir)).toEqual([]);
  await using other = await makeProject(files);
  await other.ingest(nonsense);
  const [held] = await listProposals(other.path);
  await reviewProposal({ projectDir: other.path, id: held?.id ?? "", verdict: "reject" });
  expect(await other.ingest(nonsense)).toMatchObject({ outcome: "unchanged" });
  expect(await other.wiki()).toEqual({});
});

test.each(["a folder", "a link", "a file in the place of its folder"])(
  "a proposal whose page is %s is refused when it is accepted, and waits",
  async (kind) => {
    await using project = await makeEdited();
    const projectDir = project.path;
    const { file, text } = await readProposalFile(projectDir);
    const name = "deep/refund.md";
    await writeFile(file, text.replaceAll('"refund.md"', JSON.stringify(name)));
    const wiki = join(projectDir, "wiki");
    if (kind === "a folder") await mkdir(join(wiki, name), { recursive: true });
    else if (kind === "a link") {
      await mkdir(join(wiki, "deep"));
      await symlink(join(projectDir, "sources/a.md"), join(wiki, name));
    } else await writeFile(join(wiki, "deep"), "");
    await expect(reviewProposal({ projectDir, id: name, verdict: "accept" })).rejects.toThrow(
      ReviewError,
    );
    expect(await listProposals(projectDir)).toMatchObject([{ id: name }]);
  },
);

async function readProposalFile(projectDir: string): Promise<{ file: string; text: string }> {
  const folder = join(projectDir, ".ktx/ingest/proposals");
  const file = join(folder, (await readdir(folder))[0] ?? "");
  return { file, text: await readFile(file, "utf8") };
}

test("page proposals that wait are counted by each ingest, which ends with exit code 0", async () => {
  await using project = await makeEdited();
  const report = await project.ingest(playRuntime());
  expect(report).toMatchObject({ outcome: "unchanged", waiting: { pages: 1, sets: 0 } });
  expect(exitCodeOfIngest(report)).toBe(0);
});

test("a proposal whose source is gone waits no more, so that nobody can bring its claims back", async () => {
  await using project = await makeProject({ "sources/a.md": "A refund is paid within 30 days.\n" });
  const projectDir = project.path;
  await project.ingest(playRuntime());
  await project.write({ "wiki/mine.md": "# Mine\n" });
  await rm(join(projectDir, "wiki", page));
  await project.write({ "sources/a.md": "A refund is paid within 31 days.\n" });
  await project.ingest(playRuntime());
  expect(await listProposals(projectDir)).toMatchObject([
    { id: page, reason: "A person removed this page." },
  ]);
  await project.write({ "sources/b.md": "An order has one buyer.\n" });
  await rm(join(projectDir, "sources/a.md"));
  expect(await project.ingest(playRuntime())).toMatchObject({ waiting: { pages: 0 } });
  expect(await listProposals(projectDir)).toEqual([]);
  await expect(reviewProposal({ projectDir, id: page, verdict: "accept" })).rejects.toThrow(
    "no proposal waits",
  );
  expect(Object.keys(await project.wiki())).toEqual(["mine.md", "order.md"]);
});

test("a proposal that waited when an earlier version lost its source is settled, too", async () => {
  await using project = await makeEdited();
  const { file: edited } = await readProposalFile(project.path);
  const gone = { kind: "page", page: "gone.md", reason: "", text: "# Gone", hasConflicts: false };
  const { file, text } = proposalFile({ ...gone, kind: "page" });
  await writeFile(join(project.path, ".ktx/ingest/proposals", file), text);
  await rm(edited);
  expect(await project.ingest(playRuntime())).toMatchObject({ waiting: { pages: 0 } });
});

test("a proposal goes where the sources say again what they said, and where the person made the change", async () => {
  await using project = await makeEdited();
  const projectDir = project.path;
  const source = { "sources/b.md": "A refund has one reason.\n" };
  await project.write({ "sources/b.md": "A refund has two reasons.\n" });
  await project.ingest(playRuntime());
  const [waiting] = await listProposals(projectDir);
  if (waiting?.kind !== "page") throw new Error("Expected the proposal of a page.");
  await writeFile(join(projectDir, "wiki", page), waiting.proposed ?? "");
  expect(await project.ingest(playRuntime())).toMatchObject({ waiting: { pages: 0 } });
  expect(await project.read(`wiki/${page}`)).toBe(waiting.proposed);
  // The next change is proposed on top of that, and goes with its source's.
  await project.write(source);
  await project.ingest(playRuntime());
  expect(await listProposals(projectDir)).toMatchObject([{ hasConflicts: false }]);
  await project.write({ "sources/b.md": "A refund has two reasons.\n" });
  expect(await project.ingest(playRuntime())).toMatchObject({ waiting: { pages: 0 } });
  expect(await listProposals(projectDir)).toEqual([]);
});

const fourDays = {
  "sources/a.md": "A refund is paid within 1 days.\n",
  "sources/b.md": "A refund is paid within 2 days.\n",
  "sources/c.md": "A refund is paid within 3 days.\n",
};
const unable = playRuntime((user, results) =>
  user.startsWith("Compare") ? { text: "Fine." } : playIngestModel(user, results),
);

test.each([false, true])(
  "a held set loses the claims whose sources are gone, and goes with the last of them; --only-failed %s",
  async (onlyFailed) => {
    await using project = await makeProject(fourDays);
    const projectDir = project.path;
    await project.ingest(unable);
    const textsOf = async () =>
      (await listProposals(projectDir)).flatMap((one) =>
        one.kind === "set" ? one.claims.map(({ text }) => text) : [],
      );
    expect(await textsOf()).toHaveLength(3);
    await rm(join(projectDir, "sources/a.md"));
    const idle = playRuntime();
    await project.ingest(onlyFailed ? unable : idle, { onlyFailed });
    expect(idle.calls).toEqual([]);
    expect(await textsOf()).toEqual([
      "A refund is paid within 2 days.",
      "A refund is paid within 3 days.",
    ]);
    const [set] = await listProposals(projectDir);
    await reviewProposal({ projectDir, id: set?.id ?? "", verdict: "accept" });
    expect((await project.wiki())[page]).not.toContain("1 days");
    await using wiki = await openWiki({ projectDir });
    expect((await wiki.check()).findings).toEqual([]);
    await using other = await makeProject({ ...fourDays, "sources/o.md": "An order ends.\n" });
    await other.ingest(unable);
    for (const name of Object.keys(fourDays)) await rm(join(other.path, name));
    expect(await other.ingest(playRuntime(), { onlyFailed })).toMatchObject({
      waiting: { sets: 0 },
    });
  },
);

test("a held set one of whose sources is read again takes in what the source says now, and none of it lands alone", async () => {
  await using project = await makeProject(fourDays);
  await project.ingest(unable);
  await project.write({ "sources/a.md": "A note.\n\nA refund is paid within 1 days.\n" });
  // The same claims, which failed before: they wait for --only-failed.
  expect(await project.ingest(playRuntime())).toMatchObject({ heldSets: 1, waiting: { sets: 1 } });
  expect((await project.wiki())[page]).toBeUndefined();
  await project.write({ "sources/a.md": "A refund is paid within 4 days.\n" });
  const runtime = playRuntime();
  const report = await project.ingest(runtime);
  expect(report).toMatchObject({ heldSets: 0, contradictions: 1, waiting: { sets: 0 } });
  expect(runtime.calls.filter((one) => one.startsWith("Compare"))).toHaveLength(1);
  const text = (await project.wiki())[page];
  for (const days of ["4 days", "2 days", "3 days"]) expect(text).toContain(days);
  expect(text).not.toContain("1 days");
});

test("a rejected set stays rejected where its sources change elsewhere, and what they say now is read", async () => {
  await using project = await makeProject(fourDays);
  const projectDir = project.path;
  await project.ingest(unable);
  const [set] = await listProposals(projectDir);
  await reviewProposal({ projectDir, id: set?.id ?? "", verdict: "reject" });
  const note = "A parcel has a number.\n\n";
  await project.write({ "sources/a.md": `${note}${fourDays["sources/a.md"]}` });
  expect(await project.ingest(playRuntime())).toMatchObject({ heldSets: 0, waiting: { sets: 0 } });
  expect(Object.keys(await project.wiki())).toEqual(["parcel.md"]);
  // The same lines in other words.
  const rewording = playRuntime((user, results) =>
    playIngestModel(
      user,
      results.map((one) => one.replace("is paid within 1", "is always paid within 1")),
    ),
  );
  await project.write({ "sources/a.md": `Once more. ${note}${fourDays["sources/a.md"]}` });
  await project.ingest(rewording);
  expect(Object.keys(await project.wiki())).not.toContain(page);
  await project.write({ "sources/a.md": "A refund is paid within 5 days.\n" });
  await project.ingest(playRuntime());
  expect((await project.wiki())[page]).toContain("5 days");
});

test("a proposal is also named by its page below wiki/ and by its file; undo of its review says that it waits again", async () => {
  await using project = await makeProject(fourDays);
  const projectDir = project.path;
  await project.ingest(unable);
  const [set] = await listProposals(projectDir);
  const { file } = await readProposalFile(projectDir);
  const names = [file, basename(file), basename(file, ".json"), set?.id ?? ""];
  for (const name of names) expect(await resolveProposalId(projectDir, name)).toBe(set?.id);
  for (const name of ["", "set", "x.json", "wiki/"])
    expect(await resolveProposalId(projectDir, name)).toBeUndefined();
  await reviewProposal({ projectDir, id: basename(file), verdict: "reject" });
  expect(await undoApply({ projectDir })).toMatchObject({
    pages: { restored: [], removed: [], proposed: [] },
    waiting: [set?.id],
  });
  await using edited = await makeEdited();
  expect(await resolveProposalId(edited.path, "wiki/refund.md")).toBe(page);
});

test("a contradiction is listed where a page shows it, and not while it is only proposed", async () => {
  await using project = await makeProject({ "sources/a.md": fourDays["sources/a.md"] });
  const projectDir = project.path;
  await project.ingest(playRuntime());
  const file = join(projectDir, "wiki", page);
  await writeFile(file, (await readFile(file, "utf8")).replace("# Refund", "# Refunds of ours"));
  await project.write(fourDays);
  expect(await project.ingest(playRuntime())).toMatchObject({ contradictions: 0, flagged: [] });
  expect(await listContradictions(projectDir)).toEqual([]);
  await reviewProposal({ projectDir, id: page, verdict: "accept" });
  expect(await listContradictions(projectDir)).toMatchObject([{ pages: [page] }]);
  await undoApply({ projectDir });
  expect(await listContradictions(projectDir)).toEqual([]);
});

test("a held set and a rejected one follow a source to its new path", async () => {
  await using project = await makeProject(fourDays);
  const projectDir = project.path;
  await project.ingest(unable);
  const move = (from: string, to: string) =>
    rename(join(projectDir, "sources", from), join(projectDir, "sources", to));
  await move("a.md", "d.md");
  await project.ingest(playRuntime());
  const { text } = await readProposalFile(projectDir);
  expect(text).toContain("sources/d.md");
  expect(text).not.toContain("sources/a.md");
  const [set] = await listProposals(projectDir);
  await reviewProposal({ projectDir, id: set?.id ?? "", verdict: "reject" });
  await move("d.md", "e.md");
  await project.ingest(playRuntime());
  await project.write({ "sources/e.md": `A note.\n\n${fourDays["sources/a.md"]}` });
  await project.ingest(playRuntime());
  expect(await project.wiki()).toEqual({});
});
