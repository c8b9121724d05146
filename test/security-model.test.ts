import { readFileSync } from "node:fs";
import { basename, join, posix } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const read = (file: string): string => readFileSync(join(root, file), "utf8");

/** For each file that the table of threats names, the titles of the tests that prove its row. */
const proofs: Readonly<Record<string, readonly string[]>> = {
  "secrets.binary.test.ts": [
    "in the result of a loop, and on the tracing channel",
    "that Codex writes to its log: of a tail that is cut within it, nothing is left",
  ],
  "api-key.binary.test.ts": [
    "is signed in with it, and neither writes it down nor shows it to other programs",
  ],
  "redactor.test.ts": ["loses a secret at any depth: texts, names, maps, sets, bytes, addresses"],
  "record-run.test.ts": [
    "the record of a run has its events, and nothing of its texts; only its user can read it",
  ],
  "shared-store.test.ts": ["a result in the store with %s fails its unit, and changes nothing"],
  "find-store-place.test.ts": ["--store %s is refused, and no password is repeated"],
  "workers.long.test.ts": [
    "a worker whose database cannot be used ends with one sentence, code 1, and without the password",
  ],
  "redaction.test.ts": ["and the check of a recording finds each of them where it was left"],
  "replay.binary.test.ts": [
    "ktx run --record writes a run that ktx replay shows again, without the service, its tools and secrets",
  ],
  "strict-isolation.binary.test.ts": [
    "a plain run in strict isolation shows the model nothing but its text, in few bytes",
    "a run with tools over %s shows the model exactly these, and Codex's resource readers beside a server",
  ],
  "warm-process.binary.test.ts": [
    "shows each of 16 runs at once its own text and its own tools over %s, and nothing of the machine",
  ],
  "administrator-settings.binary.test.ts": [
    "what the machine's configuration brings does not reach the model",
  ],
  "network.binary.test.ts": [
    "a strict run needs, looks up and contacts nothing but its endpoint and its tools, and opens no file of the user's",
  ],
  "leaves-nothing.binary.test.ts": [
    "an answer, its tool call and its repair leave no word on this machine, Codex $version over $transport",
  ],
  "sign-in.binary.test.ts": [
    "16 runs at once on one expired sign-in all complete, although a refresh token is good for once",
  ],
  "two-hosts.binary.test.ts": [
    "complete all their runs, and each Codex process presents the refresh token at most once",
  ],
  "admit-request.test.ts": [
    "%s is decided from the head alone",
    "a token cut by one",
    "two tokens in one",
  ],
  "hostile-client.test.ts": [
    "a preflight of a foreign page",
    "%s is refused with a status, and an error that says how to ask, while the good client is served",
  ],
  "bounded-server.test.ts": [
    "when every connection waits for an answer, a new one is dropped and the calls go on",
    "refused requests do not use up the good client's rate",
  ],
  "fuzzed-body.long.test.ts": [
    "whatever the body, it is answered, nothing breaks, and the good client is served",
  ],
  "call-tool.test.ts": ["invalid input is one message with every path, and the tool does not run"],
  "side-effects.binary.test.ts": [
    "a tool that may change something runs once",
    "when the stream fails without any event while the tool runs",
  ],
  "approvals.binary.test.ts": [
    "allows, denies or changes it: the model reads the outcome, and the report has the decision",
  ],
  "run-approve.binary.test.ts": [
    "--approve asks before each call of a tool that is not read-only; the model reads a reason",
  ],
  "budgets.binary.test.ts": ["no tool runs beyond a budget, however late its end is seen"],
  "print.test.ts": ["in a terminal only the emphasis of ktx is left of control sequences"],
  "attacks.test.ts": [
    "changes nothing outside of its own part of the wiki",
    "a source cannot end its envelope: the mark holds a hash of the text",
  ],
  "wiki.test.ts": [
    "links lead out of nothing: neither a page, nor a folder, nor a source, nor the wiki itself",
    "a page cannot be called %j",
  ],
  "parallel-runs.binary.test.ts": [
    "after a killed program the next run starts at once, and what was left is removed",
  ],
  "host-death.binary.test.ts": ["when the host is killed by SIGKILL"],
  "owned-process.test.ts": [
    "what the process has started in a group of its own is ended too, however deaf",
  ],
};

const [, table = ""] = read("docs/security-model.md").split("## Threats");
const rows = table
  .split("\n")
  .filter((line) => line.startsWith("| ") && !/^\| (?:threat|-)/.test(line))
  .map((line) => ({
    threat: line.split("|")[1]?.trim() ?? "",
    files: Array.from(line.matchAll(/\]\(([^)]+)\)/g), ([, link = ""]) => posix.join("docs", link)),
  }));

test.each(rows)("the tests that prove it are there: $threat", ({ files }) => {
  expect(files).not.toEqual([]);
  for (const file of files) {
    const titles = proofs[basename(file)] ?? [];
    expect.soft(titles, `${file} needs its titles in this test`).not.toEqual([]);
    const text = read(file);
    for (const title of titles) expect.soft(text, file).toContain(JSON.stringify(title));
    expect.soft(text, `${file} runs all its tests`).not.toMatch(/\b(?:test|describe)\.skip\(/);
  }
});

test("each proof belongs to a row of the table", () => {
  expect(rows.length).toBeGreaterThanOrEqual(18);
  const linked = new Set(rows.flatMap(({ files }) => files.map((file) => basename(file))));
  expect(Object.keys(proofs).filter((file) => !linked.has(file))).toEqual([]);
});
