import { describe, expect, test } from "vitest";
import { assessStatus, describeStatus } from "../../src/index.ts";
import { notRun, statusInput, withModels } from "./status-input.ts";

test("a ready project reads as one line a check, the models, and the verdict above them", () => {
  expect(describeStatus(assessStatus(statusInput()))).toBe(
    `Ready.

ok    Project        /home/me/project (by nearest ktx.yaml)
ok    Configuration  ktx.yaml has no problems.
ok    Backend        codex
ok    Default model  gpt-5.5
ok    Codex binary   0.163.0 (/opt/codex)
ok    Models         Codex lists every configured model.
ok    Sign-in        Signed in with ChatGPT.
ok    Limits         42 % of 5 hours used, resets at 2027-01-15 08:00 UTC; 24 %
                     of 7 days used, resets at 2027-01-15 08:00 UTC.
ok    Probe turn     One turn ran to its end.
ok    Isolation      Strict: nothing of your own Codex reaches the model.

Models
  gpt-5.5: default, candidateExtraction, curator, reconcile, repair
  gpt-6-luna: triage
`,
  );
});

test("what failed stands with its fix, what waits for it says so, and the verdict above them names it", () => {
  const input = statusInput({
    signIn: { state: "signed-out" },
    turn: notRun,
    isolation: { state: "host", getsIn: ["AGENTS.md in the Codex home"] },
  });
  expect(describeStatus(assessStatus(input))).toBe(
    `Not ready: Sign-in.

ok    Project        /home/me/project (by nearest ktx.yaml)
ok    Configuration  ktx.yaml has no problems.
ok    Backend        codex
ok    Default model  gpt-5.5
ok    Codex binary   0.163.0 (/opt/codex)
ok    Models         Codex lists every configured model.
FAIL  Sign-in        Codex is not signed in.
                     -> Sign in.
skip  2 checks       Not checked until Sign-in passes. (Limits, Probe turn)
warn  Isolation      Isolation is off: your own Codex configuration reaches the
                     model.
      AGENTS.md in the Codex home
                     -> Set llm.provider.codex.isolation to strict.

Models
  gpt-5.5: default, candidateExtraction, curator, reconcile, repair
  gpt-6-luna: triage
`,
  );
});

test.each([
  ["Ready. No turn was tried.", statusInput({ turn: notRun })],
  [
    "Ready, with warnings: Codex binary.",
    statusInput({ codex: { state: "found", path: "/opt/codex", version: "9.0.0" } }),
  ],
  [
    "Not ready: Default model, Sign-in.",
    statusInput({ text: withModels({ triage: "gpt-5.5" }), signIn: { state: "signed-out" } }),
  ],
])("the first line is: %s", (verdict, input) => {
  expect(describeStatus(assessStatus(input)).split("\n").at(0)).toBe(verdict);
});

test("all that waits for one cause is one line, however far it is from it", () => {
  const { project, reading } = statusInput();
  const none = { state: "not-run", reason: "No backend is configured." } as const;
  const missing = statusInput({
    project: { ...project, found: false },
    reading: { ...reading, written: undefined, config: undefined },
    codex: none,
    catalog: none,
    signIn: none,
    limits: none,
    turn: none,
    isolation: none,
  });
  const [, , first, ...lines] = describeStatus(assessStatus(missing)).split("\n");
  expect(first).toMatch(/^FAIL {2}Project /);
  const skipped = lines.filter((line) => line.startsWith("skip"));
  expect(skipped).toEqual([
    expect.stringMatching(/^skip {2}9 checks {7}Not checked until Project passes\./),
  ]);
});

describe("the text", () => {
  const text = withModels({ default: "claude", triage: "gpt 5" }) + "extra: 1\nbase:\n";
  const report = assessStatus(statusInput({ text }));

  test("keeps to 80 columns", () => {
    const longest = Math.max(
      ...describeStatus(report)
        .split("\n")
        .map(({ length }) => length),
    );
    expect(longest).toBeLessThanOrEqual(80);
  });

  test("is the same with a styler, but for what the styler adds", () => {
    const styled = describeStatus(report, {
      outcome: (part, outcome) => `<${outcome}>${part}</>`,
      strong: (part) => `<b>${part}</>`,
    });
    expect(styled).toContain("<failed>FAIL</>  Configuration");
    expect(styled.replaceAll(/<[^>]*>/g, "")).toBe(describeStatus(report));
  });
});
