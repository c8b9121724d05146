import type { z } from "zod";
import { schemaAt } from "./editor-schema.ts";
import type { ConfigProblem, ConfigSource } from "./config-problem.ts";
import { describeValue } from "./describe-value.ts";
import { isMapping } from "./mapping.ts";
import { nearestName } from "./nearest-name.ts";
import { omitPaths } from "./omit-paths.ts";
import { isShowable, reportUnknownKey } from "./unknown-key.ts";
import { endpointUrl, writtenConfigSchema, type WrittenConfig } from "./config-schema.ts";

type Issue = z.core.$ZodIssue;

/**
 * Unknown keys and keys without a value are warnings and count as absent. Any other misfit is an error, and then
 * there is no written config.
 */
export function checkShape(
  value: unknown,
  source: ConfigSource,
): { written: WrittenConfig | undefined; problems: readonly ConfigProblem[] } {
  const issues = writtenConfigSchema.safeParse(value).error?.issues ?? [];
  const unknown = [
    ...issues.flatMap((issue) =>
      issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...keysOf(issue), key]) : [],
    ),
    ...rolesToHide(value),
  ];
  const empty = issues
    .map(keysOf)
    .filter((path) => valueAt(value, path) === null && isShowable(path.at(-1) ?? ""));
  const checked = writtenConfigSchema.safeParse(omitPaths(value, [...unknown, ...empty]));

  const errors = (checked.error?.issues ?? []).map((issue) => reportMisfit(issue, value, source));
  const reported = new Set(errors.map(({ path }) => path.join(".")));
  return {
    written: checked.data,
    problems: [
      ...errors,
      ...unknown.map((path) => reportUnknownKey(path, source)),
      ...empty
        .filter((path) => !reported.has(path.join(".")))
        .map((path) => reportEmptyValue(path, source)),
    ],
  };
}

/** A role's name appears in many places, so a name that may be a secret is refused. */
function rolesToHide(value: unknown): readonly (readonly string[])[] {
  const path = ["llm", "models"];
  const models = valueAt(value, path);
  if (!isMapping(models)) return [];
  return Object.keys(models).flatMap((key) => (isShowable(key) ? [] : [[...path, key]]));
}

function reportMisfit(issue: Issue, root: unknown, source: ConfigSource): ConfigProblem {
  const path = keysOf(issue);
  const value = valueAt(root, path);
  const isMissing = value === undefined || value === null;
  return {
    severity: "error",
    code: isMissing ? "missing-key" : issue.code === "invalid_type" ? "wrong-type" : "wrong-value",
    file: source.file,
    path,
    ...source.locate(path, "value"),
    message: `expected ${issue.message}, got ${describeMisfit(value, path)}`,
    fix: suggestValue(issue, value, path),
  };
}

/** The value in place of a variable's name may be the key itself, so it is never shown. */
function describeMisfit(value: unknown, path: readonly string[]): string {
  const mayBeKey = path.at(-1) === "api_key_env" && typeof value === "string";
  return mayBeKey ? "another text, perhaps the key itself (not shown)" : describeValue(value);
}

function suggestValue(issue: Issue, value: unknown, path: readonly string[]): string {
  const key = path.at(-1);
  const example = exampleAt(path);
  if (key === "api_key_env")
    return `Put the key into an environment variable and write that variable's name here, for example ${example}.`;
  const allowed = issue.code === "invalid_value" ? issue.values.map(String) : [];
  const nearest = typeof value === "string" ? nearestName(value, allowed) : undefined;
  if (nearest !== undefined) return `Did you mean \`${key}: ${nearest}\`?`;
  if (key === "base_url" && typeof value === "string" && isBareHost(value))
    return `Write \`base_url: http://${value}\`.`;
  return `Write, for example, ${example}.`;
}

function isBareHost(value: string): boolean {
  const isShown = describeValue(value) === JSON.stringify(value);
  return isShown && !value.includes("://") && endpointUrl.test(`http://${value}`);
}

function reportEmptyValue(path: readonly string[], source: ConfigSource): ConfigProblem {
  return {
    severity: "warning",
    code: "empty-value",
    file: source.file,
    path,
    ...source.locate(path, "value"),
    message: "expected a value, got nothing; the key counts as absent",
    fix: `Remove the key, or write, for example, ${exampleAt(path)}.`,
  };
}

function exampleAt(path: readonly string[]): string {
  const value = String(schemaAt(path)?.examples?.[0]);
  const key = path.at(-1);
  return key === undefined ? `\`${value}\`` : `\`${key}: ${value}\``;
}

function keysOf(issue: Issue): readonly string[] {
  return issue.path.map(String);
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((node, key) => (isMapping(node) ? node[key] : undefined), value);
}
