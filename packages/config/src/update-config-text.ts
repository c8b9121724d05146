import { isDeepStrictEqual } from "node:util";
import {
  changeValue,
  listLeafChanges,
  widenRemoval,
  type ConfigChanges,
  type LeafChange,
} from "./config-changes.ts";
import { ConfigError } from "./config-error.ts";
import type { ConfigProblem } from "./config-problem.ts";
import { describeValue } from "./describe-value.ts";
import { isMapping, type Mapping } from "./mapping.ts";
import { newConfigHeader } from "./new-config-header.ts";
import { parseYaml } from "./parse-yaml.ts";
import { rewriteChange } from "./rewrite-change.ts";
import { spliceChange } from "./splice-change.ts";

/**
 * The text of `ktx.yaml` after the changes. Everything else stays: comments, order, layout, unknown keys, line
 * ends. Removing a key removes the comments inside it. Pure and idempotent.
 *
 * @param text the present text; undefined for a new file, which begins with a header of comments.
 * @throws ConfigError when the text is not one YAML mapping and so cannot be changed.
 */
export function updateConfigText(
  text: string | undefined,
  changes: ConfigChanges,
  options: { readonly file?: string } = {},
): string {
  const lineEnd = text?.includes("\r\n") === true ? "\r\n" : "\n";
  const byteOrderMark = text?.startsWith("\uFEFF") === true ? "\uFEFF" : "";
  const start = (text ?? newConfigHeader).replace(/^\uFEFF/, "").replaceAll("\r\n", "\n");
  const file = options.file ?? "ktx.yaml";
  const updated = listLeafChanges(changes).reduce(
    (current, change) => applyChange(current, change, file),
    start,
  );
  const isUntouched = text !== undefined && updated === start;
  return isUntouched ? text : byteOrderMark + updated.replaceAll("\n", lineEnd);
}

/** The smallest edit whose result, parsed again, is exactly the change. */
function applyChange(text: string, written: LeafChange, file: string): string {
  const before = readMapping(text, file);
  const change = widenRemoval(before, written);
  const after = changeValue(before, change);
  if (isDeepStrictEqual(before, after)) return text;
  for (const edit of [spliceChange, rewriteChange]) {
    const edited = after && edit(text, change);
    if (edited !== undefined && isDeepStrictEqual(parseYaml(edited, file).value, after))
      return edited;
  }
  throw new ConfigError([
    problemAt(file, change.path, "expected a mapping for this key, got another value in its place"),
  ]);
}

function readMapping(text: string, file: string): Mapping {
  const { value, problems } = parseYaml(text, file);
  const errors = problems.filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new ConfigError(errors);
  if (value === null || value === undefined) return {};
  if (isMapping(value)) return value;
  throw new ConfigError([problemAt(file, [], `expected a mapping, got ${describeValue(value)}`)]);
}

function problemAt(file: string, path: readonly string[], message: string): ConfigProblem {
  return {
    severity: "error",
    code: "wrong-type",
    file,
    path,
    line: null,
    column: null,
    message,
    fix: `Correct ${file} by hand, or move it away and run \`ktx setup\` again.`,
  };
}
