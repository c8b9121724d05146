import { expect, test } from "vitest";
import { assessStatus } from "../../src/index.ts";
import { statusInput } from "./status-input.ts";

/** The paths of the keys of version 1, as they were first published. A key may be added; none may go. */
const published = [
  "version",
  "ready",
  "exitCode",
  "project.directory",
  "project.configFile",
  "project.rule",
  "project.found",
  "config.backend",
  "config.isolation",
  "config.apiKeyEnv",
  "config.endpoint",
  "models.default",
  "models.triage",
  "models.candidateExtraction",
  "models.curator",
  "models.reconcile",
  "models.repair",
  "codex.path",
  "codex.version",
  "limits.plan",
  "limits.windows.name",
  "limits.windows.usedPercent",
  "limits.windows.windowMinutes",
  "limits.windows.resetsAtMs",
  "limits.windows.hasCredits",
  "problems.severity",
  "problems.code",
  "problems.file",
  "problems.path",
  "problems.line",
  "problems.column",
  "problems.message",
  "problems.fix",
  "checks.id",
  "checks.title",
  "checks.outcome",
  "checks.message",
  "checks.fix",
  "checks.details",
];

test("the report of ktx status --json keeps every key of version 1, and its ten checks", () => {
  const report = assessStatus(
    statusInput({
      text: "llm: { provider: { backend: codex }, models: { default: gpt-5.5 } }\nextra: 1\n",
      isolation: { state: "host", getsIn: ["AGENTS.md"] },
    }),
  );
  const keys = keysOf(JSON.parse(JSON.stringify(report)));
  expect(published.filter((key) => !keys.has(key))).toEqual([]);
  expect(report.checks.map(({ id }) => id)).toEqual([
    "project",
    "config",
    "backend",
    "default-model",
    "codex-binary",
    "models",
    "sign-in",
    "limits",
    "probe",
    "isolation",
  ]);
});

test("a check that waits for another says so in the same sentence as ever, and names it for programs", () => {
  const { checks } = assessStatus(statusInput({ signIn: { state: "signed-out" } }));
  expect(checks.filter(({ outcome }) => outcome === "skipped")).toEqual(
    (["limits", "probe"] as const).map((id) => ({
      id,
      title: id === "limits" ? "Limits" : "Probe turn",
      outcome: "skipped",
      message: "Not checked until Sign-in passes.",
      waitsFor: "sign-in",
    })),
  );
});

/** The paths of all leaves; those of a list's entries without their index. */
function keysOf(value: unknown, path = ""): ReadonlySet<string> {
  if (Array.isArray(value) && value.some((entry) => typeof entry === "object"))
    return new Set(value.flatMap((entry) => [...keysOf(entry, path)]));
  if (typeof value !== "object" || value === null || Array.isArray(value)) return new Set([path]);
  return new Set(
    Object.entries(value).flatMap(([key, child]) => [
      ...keysOf(child, path === "" ? key : `${path}.${key}`),
    ]),
  );
}
