/**
 * The changelog of a package's first version. Nobody has used an earlier one, so it says what the package is, in the
 * words of its README above the first code or heading, and not what changed on the way. A paragraph that only leads to
 * the code below it is left out.
 */
export function firstChangelog(name: string, version: string, readme: string): string {
  const [, body = ""] = readme.split(/^# .*\n/m, 2);
  const intro = body.split(/^(?:```|#|\|)/m, 1)[0] ?? "";
  const paragraphs = intro
    .trim()
    .split(/\n{2,}/)
    .filter((paragraph) => paragraph !== "" && !paragraph.startsWith("Not yet published"))
    .filter((paragraph) => !paragraph.endsWith(":"));
  if (paragraphs.length === 0)
    throw new Error(`The README of ${name} has no text under its title. Say there what it is.`);
  return `${[`# ${name}`, `## ${version}`, "The first version.", ...paragraphs].join("\n\n")}\n`;
}

/**
 * A changeset without those packages; undefined where no package is left in it.
 *
 * @throws if the text has no front matter
 */
export function withoutPackages(changeset: string, gone: ReadonlySet<string>): string | undefined {
  const [, front, rest = ""] = /^---\n(.*?)^---\n(.*)$/ms.exec(changeset) ?? [];
  if (front === undefined) throw new Error("A changeset begins with the packages between `---`.");
  const lines = front.split("\n").filter((line) => line !== "");
  const kept = lines.filter((line) => !gone.has(/^["']?([^"':]+)["']?:/.exec(line)?.[1] ?? ""));
  if (kept.length === 0) return undefined;
  return kept.length === lines.length ? changeset : `---\n${kept.join("\n")}\n---\n${rest}`;
}
