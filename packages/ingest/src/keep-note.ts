import { createHash } from "node:crypto";
import { lstat, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { StoreError } from "@ktx/batch";
import { openWiki, writePageText } from "@ktx/wiki";
import { isSameText } from "./apply/text-form.ts";
import { plainLine } from "./run/claim-text.ts";

export interface NoteInput {
  readonly projectDir: string;
  readonly text: string;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

/**
 * Keeps a text as a source of the project, below `notes/`, so that claims can cite its lines. The same text of the same
 * day is one file. A file of it that a person has edited since stays, and the text has another one.
 *
 * @returns its path, from the project's folder.
 */
export async function keepNote({ projectDir, text, nowMs }: NoteInput): Promise<string> {
  const folder = join(projectDir, "notes");
  await mkdir(folder, { recursive: true });
  if (!(await lstat(folder)).isDirectory())
    throw new StoreError(
      "broken",
      "Expected notes to be a folder of the project, got a symbolic link. Move it away, or put the folder itself in its place.",
    );
  const content = `${text.trim()}\n`;
  for (let count = 1; ; count += 1) {
    const path = `notes/${nameOf(content, nowMs, count)}`;
    const file = join(projectDir, path);
    try {
      await writeFile(file, content, { flag: "wx" });
      return path;
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
      if (isSameText(await readFile(file, "utf8"), content)) return path;
    }
  }
}

/**
 * Writes a text as a page of the wiki, as it is and without a model. A page of the same text that a person has edited
 * since stays, and the text has another one.
 *
 * @returns the name of the page.
 */
export async function keepPage({ projectDir, text, nowMs }: NoteInput): Promise<string> {
  await using wiki = await openWiki({ projectDir });
  const body = text.replace(/^(?:---|\+\+\+)[ \t]*$/m, "***").trim();
  for (let count = 1; ; count += 1) {
    const name = `notes/${nameOf(body, nowMs, count)}`;
    const page = writePageText(
      {
        name,
        folder: wiki.folder,
        title: plainLine(body.split("\n")[0] ?? "", 80) || "Note",
        summary: "",
        tags: ["note"],
        updated: dayOf(nowMs),
        body,
        citations: [],
      },
      undefined,
    );
    const current = await wiki.read(name);
    if (isSameText(current?.text, page)) return name;
    if (current !== undefined) continue;
    const { outcome } = await wiki.write({ name, text: page, baseHash: null });
    if (outcome === "written") return name;
  }
}

/** @param count of the files of this text, from 1. */
function nameOf(text: string, nowMs: number, count: number): string {
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 8);
  return `${dayOf(nowMs)}-${hash}${count === 1 ? "" : `-${count}`}.md`;
}

function dayOf(nowMs: number): string {
  return new Date(nowMs).toISOString().slice(0, 10);
}
