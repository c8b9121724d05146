import { createReadStream } from "node:fs";
import { resolve } from "node:path";
import { decodeText, keepNote, keepPage, UnreadableSource } from "@ktx/ingest";
import { CliError, usageError } from "../cli-error.ts";
import type { CliIo } from "../cli-io.ts";
import { asksPerson } from "../project/asks-person.ts";
import { checkEffort } from "../project/check-effort.ts";
import { openProject } from "../project/read-project.ts";
import { resolveLlm } from "../project/resolve-llm.ts";
import { explainIngestError } from "./explain-ingest.ts";
import { noteOwnStore } from "./note-own-store.ts";
import { type IngestInput, type IngestResult, modelsOf, runIngest } from "./run-ingest.ts";

export interface RememberInput extends Omit<IngestInput, "paths"> {
  readonly text?: string | undefined;
  /** A file with the text, from the current folder. */
  readonly file?: string | undefined;
  /** Writes the text as a page, without a model. */
  readonly verbatim: boolean;
  readonly onNote: (message: string) => void;
}

export type RememberResult =
  | { readonly kind: "page"; readonly page: string }
  /** The text is kept as the source `note`. */
  | { readonly kind: "ingest"; readonly note: string; readonly report: IngestResult };

/** Keeps a text in the project, and what it says in the wiki. */
export async function remember(
  input: RememberInput,
  io: Pick<CliIo, "cwd" | "env" | "signal" | "stdin" | "stderr">,
): Promise<RememberResult> {
  const project = await openProject(input.projectDir, io);
  const projectDir = project.discovery.directory;
  const text = await readText(input, io);
  const note = { projectDir, text, nowMs: Date.now() };
  if (input.verbatim) return { kind: "page", page: await keepPage(note).catch(explain) };
  // Without a model, and with an effort that it does not take, nothing is written.
  const llm = resolveLlm({
    project,
    flags: input,
    env: io.env,
    command: "ktx remember",
    isInteractive: asksPerson(io),
  });
  await checkEffort({ models: Object.values(modelsOf(llm)), ...llm, signal: io.signal });
  noteOwnStore(project, "remember", input.onNote);
  const path = await keepNote(note).catch(explain);
  const run = runIngest({ ...input, paths: [path] }, { ...io, cwd: projectDir });
  const report = await run.catch((error: unknown) => {
    throw withNote(error, path);
  });
  return { kind: "ingest", note: path, report };
}

function explain(error: unknown): never {
  throw explainIngestError(error);
}

/** The note stays, such as where another ingest runs: an error says where, and how it is read later. */
function withNote(error: unknown, path: string): unknown {
  if (!(error instanceof CliError)) return error;
  const { parts } = error;
  const kept = `The text is kept in ${path}. Read it into the wiki later: ktx ingest ${path}`;
  const next = parts.next === undefined ? kept : `${parts.next}\n${kept}`;
  return new CliError({ ...parts, next }, { cause: error });
}

async function readText(
  { text, file }: Pick<RememberInput, "text" | "file">,
  { cwd }: Pick<CliIo, "cwd">,
): Promise<string> {
  if ((text === undefined) === (file === undefined))
    throw usageError("Expected a text or --file, and not both.", {
      next: 'Write ktx remember "A refund takes 30 days." or ktx remember --file note.md',
    });
  const given =
    text ??
    (await readBounded(resolve(cwd, file ?? "")).catch((error: unknown) => {
      if (error instanceof CliError) throw error;
      if (error instanceof UnreadableSource)
        throw usageError(`Expected ${file} to be text in UTF-8 or UTF-16, got other bytes.`, {
          next: "Convert the file to UTF-8.",
        });
      const code = error instanceof Error && "code" in error ? String(error.code) : "";
      const came = unreadable[code] ?? (error instanceof Error ? error.message : String(error));
      throw usageError(`Expected ${file} to be a text file, got ${came}.`, {
        next: "Name a file with the text, or give the text itself.",
      });
    }));
  if (given.trim() === "" || given.includes("\0"))
    throw usageError("Expected a text to remember, got an empty or binary one.", {
      next: "Write what is to be remembered.",
    });
  return given;
}

const unreadable: Readonly<Record<string, string>> = {
  EISDIR: "a folder",
  ENOENT: "no file at this path",
  ENOTDIR: "no file at this path",
  EACCES: "a file that you may not read",
  EPERM: "a file that you may not read",
};

/** The most bytes of a text, as of a source. */
const mostBytes = 20_000_000;

/**
 * A pipe is read to its end; a file that has none, such as /dev/urandom, to the bound.
 *
 * @throws {UnreadableSource} for bytes that are no text.
 */
async function readBounded(file: string): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of createReadStream(file)) {
    const bytes = Buffer.from(part);
    size += bytes.length;
    if (size > mostBytes)
      throw usageError(`Expected ${file} to have at most 20 MB of text, got more.`, {
        next: "Name a shorter file, or read its parts with ktx ingest.",
      });
    parts.push(bytes);
  }
  return decodeText(Buffer.concat(parts));
}
