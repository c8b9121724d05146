/**
 * Finds the wordings that CONTRIBUTING rules out and that a program can see, in the sources and texts of the
 * repository. Prints `file:line: rule: text` for each and fails if there is any.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { findWords } from "./find-words.ts";

const files = execFileSync(
  "git",
  ["ls-files", "-z", "--cached", "--others", "--exclude-standard"],
  {
    encoding: "utf8",
  },
).split("\0");

let count = 0;
for (const file of files.filter((name) => isChecked(name) && existsSync(name)))
  for (const { line, rule, text } of findWords(readFileSync(file, "utf8"))) {
    count += 1;
    console.error(`${file}:${line}: ${rule}: ${text}`);
  }
if (count > 0) console.error(`${count} sentences to rewrite: see "Words" in CONTRIBUTING.md.`);
process.exitCode = count > 0 ? 1 : 0;

/** Shipped sources, READMEs, docs and changesets; not CONTRIBUTING, which quotes the rules. */
function isChecked(file: string): boolean {
  return (
    /^(packages|apps)\/[^/]+\/src\/.*\.ts$/.test(file) ||
    /^((packages|apps)\/[^/]+\/)?(README|ARCHITECTURE)\.md$/.test(file) ||
    /^((packages|apps)\/[^/]+\/)?docs\/.*\.md$/.test(file) ||
    /^\.changeset\/.*\.md$/.test(file)
  );
}
