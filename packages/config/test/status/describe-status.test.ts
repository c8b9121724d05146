import { describe, expect, test } from "vitest";
import { assessStatus, describeStatus } from "../../src/index.ts";
import { notRun, statusInput, withModels } from "./status-input.ts";

test("a ready project reads as one line a check, the models, and a last word", () => {
  expect(describeStatus(assessStatus(statusInput()))).toBe(
    `ok    Project        /home/me/project (by nearest ktx.yaml)
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

Ready.
`,
  );
});

test("what failed stands with its fix, what waits for it says so, and the last word names it", () => {
  const input = statusInput({
    signIn: { state: "signed-out" },
    turn: notRun,
    isolation: { state: "host", getsIn: ["AGENTS.md in the Codex home"] },
  });
  expect(describeStatus(assessStatus(input))).toBe(
    `ok    Project        /home/me/project (by nearest ktx.yaml)
ok    Configuration  ktx.yaml has no problems.
ok    Backend        codex
ok    Default model  gpt-5.5
ok    Codex binary   0.163.0 (/opt/codex)
ok    Models         Codex lists every configured model.
FAIL  Sign-in        Codex is not signed in.
                     -> Authenticate Codex: run \`codex login\`, or name a
                     variable with an API key in llm.provider.codex.api_key_env.
skip  Limits         Not checked until Sign-in passes.
skip  Probe turn     Not checked until Sign-in passes.
warn  Isolation      Isolation is off: your own Codex configuration reaches the
                     model.
      AGENTS.md in the Codex home
                     -> Set llm.provider.codex.isolation to strict.

Models
  gpt-5.5: default, candidateExtraction, curator, reconcile, repair
  gpt-6-luna: triage

Not ready: Sign-in.
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
])("the last word is: %s", (lastWord, input) => {
  expect(describeStatus(assessStatus(input)).trimEnd().split("\n").at(-1)).toBe(lastWord);
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
