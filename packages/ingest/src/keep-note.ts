import { createHash } from "node:crypto";
import { lstat, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { StoreError } from "@ktx/batch";
import { openWiki, writePageText } from "@ktx/wiki";
import { plainLine } from "./run/claim-text.ts";

export interface NoteInput {
  readonly projectDir: string;
  readonly text: string;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

/**
 * Keeps a text as a source of the project, below `notes/`, so that claims can cite its lines. The same text of the same
 * day is one file.
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
  const path = `notes/${nameOf(content, nowMs)}`;
  await writeFile(join(projectDir, path), content, { flag: "wx" }).catch(async (error: unknown) => {
    const known = await readFile(join(projectDir, path), "utf8").catch(() => undefined);
    if (known !== content) throw error;
  });
  return path;
}

/** Writes a text as a page of the wiki, as it is and without a model. @returns the name of the page. */
export async function keepPage({ projectDir, text, nowMs }: NoteInput): Promise<string> {
  await using wiki = await openWiki({ projectDir });
  const body = text.replace(/^(?:---|\+\+\+)[ \t]*$/m, "***").trim();
  const name = `notes/${nameOf(body, nowMs)}`;
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
  if (current?.text !== page)
    await wiki.write({ name, text: page, baseHash: current?.hash ?? null });
  return name;
}

function nameOf(text: string, nowMs: number): string {
  return `${dayOf(nowMs)}-${createHash("sha256").update(text).digest("hex").slice(0, 8)}.md`;
}

function dayOf(nowMs: number): string {
  return new Date(nowMs).toISOString().slice(0, 10);
}
