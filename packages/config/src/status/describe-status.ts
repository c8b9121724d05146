import { modelRoles } from "../config-schema.ts";
import type { StatusReport } from "./assess-status.ts";
import type { Check } from "./check.ts";
import { wrapText } from "./wrap-text.ts";

/** The markup of parts of the text, such as colours. It must not change the visible length of a text. */
export interface StatusStyler {
  readonly outcome: (text: string, outcome: Check["outcome"]) => string;
  readonly strong: (text: string) => string;
}

/**
 * The report as text, in lines of 80 columns at most where words allow it, readable without colour and in a
 * log. Ends with a line break.
 */
export function describeStatus(report: StatusReport, styler: StatusStyler = plainStyler): string {
  const lines = [
    styler.strong(describeOutcome(report)),
    "",
    ...mergeSkipped(report.checks).flatMap((check) => describeCheck(check, styler)),
    ...describeModels(report),
  ];
  return `${lines.join("\n")}\n`;
}

const plainStyler: StatusStyler = { outcome: (text) => text, strong: (text) => text };

const marks: Readonly<Record<Check["outcome"], string>> = {
  passed: "ok  ",
  warned: "warn",
  failed: "FAIL",
  skipped: "skip",
};

const indent = " ".repeat(21);

/** Skipped checks that have one cause are one line, at the place of the first. */
function mergeSkipped(checks: readonly Check[]): readonly Check[] {
  return checks.flatMap((check, index) => {
    const cause = causeOf(check, checks);
    if (cause === undefined) return [check];
    const group = checks.filter((other) => causeOf(other, checks) === cause);
    if (checks.indexOf(group[0] ?? check) !== index) return [];
    const root = checks.find(({ id }) => id === cause);
    if (group.length === 1 && root === undefined) return [check];
    const titles = group.map(({ title }) => title);
    const message = root === undefined ? check.message : `Not checked until ${root.title} passes.`;
    return [
      group.length === 1
        ? { ...check, message }
        : {
            ...check,
            title: `${group.length} checks`,
            message: `${message} (${titles.join(", ")})`,
          },
    ];
  });
}

/** The check at the beginning of what a skipped one waits for, or its own reason; undefined for any other check. */
function causeOf(check: Check, checks: readonly Check[]): string | undefined {
  if (check.outcome !== "skipped") return undefined;
  let root = check;
  for (let next: Check | undefined = check; next !== undefined;) {
    root = next;
    const { waitsFor }: Check = next;
    next = checks.find(({ id }) => id === waitsFor);
  }
  return root === check ? check.message : root.id;
}

/** `FAIL  Sign-in        Codex is not signed in.`, and below it, indented, the details and the fix. */
function describeCheck(check: Check, styler: StatusStyler): string[] {
  const [first = "", ...rest] = wrapText(check.message, 80 - indent.length);
  return [
    `${styler.outcome(marks[check.outcome], check.outcome)}  ${check.title.padEnd(15)}${first}`,
    ...rest.map((line) => indent + line),
    ...(check.details ?? []).flatMap((detail) =>
      detail
        .split("\n")
        .flatMap((line) => wrapText(line, 80 - 6))
        .map((line) => `      ${line}`),
    ),
    ...(check.fix === undefined
      ? []
      : wrapText(`-> ${check.fix}`, 80 - indent.length).map((line) => indent + line)),
  ];
}

/** One line for each model, with its roles. */
function describeModels({ models }: StatusReport): string[] {
  if (models === null) return [];
  const roles = new Set<string>([...modelRoles, ...Object.keys(models)]);
  const byModel = Map.groupBy(roles, (role) => models[role] ?? models.default);
  return ["", "Models", ...[...byModel].map(([model, users]) => `  ${model}: ${users.join(", ")}`)];
}

function describeOutcome({ ready, checks }: StatusReport): string {
  const failures = checks.filter(({ outcome }) => outcome === "failed");
  if (!ready) return `Not ready: ${failures.map(({ title }) => title).join(", ")}.`;
  const warnings = checks.filter(({ outcome }) => outcome === "warned");
  const probe = checks.find(({ id }) => id === "probe");
  const unproven = probe?.outcome === "skipped" ? " No turn was tried." : "";
  if (warnings.length === 0) return `Ready.${unproven}`;
  return `Ready, with warnings: ${warnings.map(({ title }) => title).join(", ")}.${unproven}`;
}
