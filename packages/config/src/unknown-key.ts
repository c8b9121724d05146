import type { ConfigProblem, ConfigSource } from "./config-problem.ts";
import { pathOfName, schemaAt } from "./editor-schema.ts";
import { quoteUnlessSecret } from "./describe-value.ts";
import { nearestName } from "./nearest-name.ts";

/** A key that ktx does not know: a warning with the probably intended place or spelling. */
export function reportUnknownKey(path: readonly string[], source: ConfigSource): ConfigProblem {
  const parent = path.slice(0, -1);
  const name = path.at(-1) ?? "";
  const siblings = Object.keys(schemaAt(parent)?.properties ?? {});
  return {
    severity: "warning",
    code: "unknown-key",
    file: source.file,
    path: [...parent, showKey(name)],
    ...source.locate(path, "key"),
    message: `expected one of ${siblings.join(", ")}, got ${quoteUnlessSecret(name)}, which has no effect`,
    fix: suggestKey(name, siblings),
  };
}

function suggestKey(name: string, siblings: readonly string[]): string {
  const near = nearestName(name, siblings);
  if (near !== undefined) return `Did you mean \`${near}\`?`;
  const elsewhere = pathOfName(name);
  if (elsewhere !== undefined) return `Move it to \`${elsewhere.join(".")}\`.`;
  return "Remove it, or make it a comment.";
}

function showKey(name: string): string {
  return isShowable(name) ? name : "(not shown)";
}

/** False for a name that may be a secret, is empty, or is very long. */
export function isShowable(name: string): boolean {
  return quoteUnlessSecret(name) === JSON.stringify(name);
}
