import { propertyPath } from "./property-path.ts";
import type { StandardIssue } from "./standard-schema.ts";

/** One reason why an answer does not fit its schema. */
export interface OutputIssue {
  /** The place in the value, as in `$.orders[0].customer`. */
  readonly path: string;
  readonly message: string;
}

/** The issues of a schema, each with its path. For a union, these are the issues of the closest option. */
export function toOutputIssues(issues: readonly StandardIssue[]): OutputIssue[] {
  return issues.flatMap((issue) => flatten(issue, []));
}

/** Issues as text for a person, or for a model that corrects its answer: one line each, at most `limit` lines. */
export function describeIssues(issues: readonly OutputIssue[], limit = 20): string {
  const lines = issues.slice(0, limit).map(({ path, message }) => `- ${path}: ${message}`);
  const more = issues.length - lines.length;
  return [...lines, ...(more > 0 ? [`- and ${more} more`] : [])].join("\n");
}

type Step = PropertyKey | { readonly key: PropertyKey };

function flatten(issue: StandardIssue, parent: readonly Step[]): OutputIssue[] {
  const path = [...parent, ...(issue.path ?? [])];
  // For a key or value of a map that no path can name, zod puts the issues inside the issue.
  const inside: unknown = "issues" in issue ? issue.issues : undefined;
  if (areIssues(inside))
    return inside
      .flatMap((inner) => flatten(inner, path))
      .map((inner) => ({ ...inner, message: `${issue.message}: ${inner.message}` }));
  const closest = closestBranch(issue);
  return closest === undefined
    ? [{ path: pathOf(path), message: issue.message }]
    : closest.flatMap((inner) => flatten(inner, path));
}

/** zod lists the issues of each option of a union. The closest option failed deepest, with the fewest issues. */
function closestBranch(issue: StandardIssue): readonly StandardIssue[] | undefined {
  const branches: unknown = "errors" in issue ? issue.errors : undefined;
  if (!Array.isArray(branches)) return;
  const listed = branches.filter(areIssues);
  const depth = (branch: readonly StandardIssue[]) =>
    Math.min(...branch.map((inner) => inner.path?.length ?? 0));
  const [closest] = listed.toSorted((a, b) => depth(b) - depth(a) || a.length - b.length);
  return closest !== undefined && depth(closest) > 0 ? closest : undefined;
}

function areIssues(value: unknown): value is readonly StandardIssue[] {
  return Array.isArray(value) && value.length > 0;
}

function pathOf(steps: readonly Step[]): string {
  return steps.reduce<string>(
    (path, step) => propertyPath(path, typeof step === "object" ? step.key : step),
    "$",
  );
}
