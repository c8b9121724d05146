import { editPageText, parseFrontMatter } from "@ktx/wiki";
import { diff3Merge } from "node-diff3";
import { z } from "zod";
import { keepForm, plainText } from "./text-form.ts";

export interface MergedText {
  readonly text: string;
  /** True where both sides changed the same, which the text then marks. */
  readonly hasConflicts: boolean;
}

/**
 * The person's text with ktx's changes: the front matter by keys, the rest by lines. Where both changed the same, both
 * versions. It keeps the form of the person's text. Pure.
 */
export function mergeTexts(
  current: string | undefined,
  was: string | undefined,
  after: string,
): MergedText {
  if (current === undefined) return { text: after, hasConflicts: false };
  const merged = mergePlain(plainText(current), plainText(was ?? ""), plainText(after));
  return { ...merged, text: keepForm(merged.text, current) };
}

function mergePlain(current: string, was: string, after: string): MergedText {
  const [own, base, next] = [current, was, after].map(splitPage);
  if (own === undefined || base === undefined || next === undefined)
    return mergeLines(current, was, after);
  const head = mergeHeads(own, base, next);
  if (head === undefined) return mergeLines(current, was, after);
  const body = mergeLines(own.body, base.body, next.body);
  return { ...body, text: `${head}${body.text}` };
}

function mergeLines(current: string, was: string, after: string): MergedText {
  const [own = [], base = [], next = []] = [current, was, after].map((text) => text.split("\n"));
  const parts = diff3Merge(own, base, next, { excludeFalseConflicts: true });
  const hasConflicts = parts.some((part) => part.conflict !== undefined);
  const lines = parts.flatMap(({ ok, conflict }) =>
    conflict === undefined
      ? (ok ?? [])
      : [conflictMarks.begin, ...conflict.a, "=======", ...conflict.b, conflictMarks.end],
  );
  return { text: lines.join("\n"), hasConflicts };
}

interface SplitPage {
  /** The front matter with its marks; empty for none. */
  readonly head: string;
  readonly values: Values;
  readonly body: string;
}

type Values = Readonly<Record<string, unknown>>;

/** Undefined for front matter that cannot be read, and for that of other tools. */
function splitPage(text: string): SplitPage | undefined {
  const { values, problem, range, bodyStart } = parseFrontMatter(text);
  if (problem !== undefined || (range === undefined && bodyStart > 0)) return undefined;
  if (text.slice(0, bodyStart).includes("+++")) return undefined;
  return { head: text.slice(0, bodyStart), values, body: text.slice(bodyStart) };
}

const frontMatterValues = z.record(z.string(), z.union([z.string(), z.array(z.string())]));

/** The person's front matter with ktx's values; undefined where both changed a key, and where one has none. */
function mergeHeads(own: SplitPage, base: SplitPage, next: SplitPage): string | undefined {
  if (own.head === "" || next.head === "") return undefined;
  const isEqual = (key: string, one: Values, other: Values): boolean =>
    JSON.stringify(one[key]) === JSON.stringify(other[key]);
  const keys = [...new Set([...Object.keys(base.values), ...Object.keys(next.values)])];
  const changed = keys.filter((key) => !isEqual(key, base.values, next.values));
  // The day of the run is that of ktx, whatever the person wrote.
  const isTouched = changed.some(
    (key) =>
      key !== "updated" &&
      !isEqual(key, own.values, base.values) &&
      !isEqual(key, own.values, next.values),
  );
  const wanted = changed.filter((key) => !isEqual(key, own.values, next.values));
  const values = frontMatterValues.safeParse(
    Object.fromEntries(wanted.map((key) => [key, next.values[key]])),
  );
  if (isTouched || !values.success) return undefined;
  if (wanted.length === 0) return own.head;
  try {
    const page = { name: "page.md", folder: "wiki", edits: [], citations: [] };
    return editPageText({ ...page, values: values.data }, own.head);
  } catch {
    // Front matter of a form in which a value cannot be changed.
    return undefined;
  }
}

const conflictMarks = { begin: "<<<<<<< this page", end: ">>>>>>> ktx" } as const;

/** True for a text in which a conflict is left. */
export function hasConflictMarks(text: string): boolean {
  const lines = new Set(text.split(/\r?\n/));
  return lines.has(conflictMarks.begin) || lines.has(conflictMarks.end);
}
