import { lstat, readdir, readFile, stat } from "node:fs/promises";
import { extname, join, resolve } from "node:path";
import { type CliError, usageError } from "../cli-error.ts";
import type { CliIo } from "../cli-io.ts";
import { type ParsedPrompts, parsePrompts } from "./parse-prompts.ts";
import { findPromptProblem, longestPrompt, type Prompt } from "./prompt.ts";

/** Prompts in the order of their source. */
export interface ReadPrompts {
  /** The absolute path of the file or folder; `stdin` for that. */
  readonly source: string;
  readonly prompts: readonly Prompt[];
  /** The names of what else is in the folder. A link is never followed: it may lead to any file. */
  readonly passedOver: readonly string[];
}

/**
 * Reads the prompts of a file of JSON lines, or of the .md and .txt files of a folder, in the order of their names.
 *
 * @throws {CliError} for what cannot be read, for a source without prompts, and for lines that cannot be used.
 */
export async function readPrompts(
  path: string,
  { cwd, signal, stdin, stderr }: Pick<CliIo, "cwd" | "signal" | "stdin" | "stderr">,
): Promise<ReadPrompts> {
  if (path === "-") {
    const { readStdin } = await import("../read-stdin.ts");
    return checked("stdin", parsePrompts(await readStdin({ stdin, stderr, signal })), true);
  }
  const source = resolve(cwd, path);
  const found = await stat(source).catch(() => undefined);
  if (found === undefined || !(found.isFile() || found.isDirectory()))
    throw usageError(`Expected a file or folder of prompts at ${source}, found none.`, {
      next: "Give the path of a file with one JSON value on each line, or of a folder of .md and .txt files.",
    });
  return found.isFile()
    ? checked(source, parsePrompts(await readText(source, signal)), true)
    : checked(source, await readFolder(source, signal), false);
}

function checked(
  source: string,
  { prompts, problems, passedOver = [] }: ParsedPrompts & Partial<Pick<ReadPrompts, "passedOver">>,
  isFile: boolean,
): ReadPrompts {
  if (problems.length > 0) throw refuse(source, problems, isFile);
  if (prompts.length === 0)
    throw usageError(`Expected prompts in ${source}, found none.`, {
      ...(passedOver.length > 0 && { why: describePassedOver({ source, passedOver }) }),
      next: nextStep(isFile),
    });
  return { source, prompts, passedOver };
}

const extensions: ReadonlySet<string> = new Set([".md", ".txt"]);

async function readFolder(
  folder: string,
  signal: AbortSignal,
): Promise<ParsedPrompts & Pick<ReadPrompts, "passedOver">> {
  const names = (await readdir(folder)).filter((name) => !name.startsWith(".")).toSorted();
  const prompts: Prompt[] = [];
  const problems: string[] = [];
  const passedOver: string[] = [];
  for (const name of names) {
    const file = join(folder, name);
    const found = await lstat(file).catch(() => undefined);
    if (found?.isSymbolicLink() === true) {
      passedOver.push(`${name} (a link)`);
      continue;
    }
    if (found?.isFile() !== true || !extensions.has(extname(name).toLowerCase())) {
      passedOver.push(name);
      continue;
    }
    // At most four bytes for a character.
    if (found.size > 4 * longestPrompt) {
      problems.push(
        `${name}: expected a prompt of at most ${longestPrompt.toLocaleString("en-US")} characters, got ${found.size.toLocaleString("en-US")} bytes`,
      );
      continue;
    }
    const text = (await readText(file, signal)).replace(/^\uFEFF/, "");
    const problem = findPromptProblem(text);
    if (problem === undefined) prompts.push({ id: name, text });
    else problems.push(`${name}: ${problem}`);
  }
  return { prompts, problems, passedOver };
}

/** @throws {CliError} for a file that may not be read, is too long for a text, or is no UTF-8. */
async function readText(file: string, signal: AbortSignal): Promise<string> {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(await readFile(file, { signal }));
  } catch (error) {
    signal.throwIfAborted();
    throw usageError(
      `Expected ${file} to be a text in UTF-8 that can be read.`,
      {
        why: error instanceof Error ? error.message : String(error),
        next: "Check its permissions and its encoding.",
      },
      { cause: error },
    );
  }
}

const mostShown = 5;

function refuse(source: string, problems: readonly string[], isFile: boolean): CliError {
  const more = problems.length - mostShown;
  const shown = [...problems.slice(0, mostShown), ...(more > 0 ? [`and ${more} more`] : [])];
  return usageError(`${source} cannot be used.`, {
    why: shown.join("\n"),
    next: nextStep(isFile),
  });
}

function nextStep(isFile: boolean): string {
  return isFile
    ? 'Write one JSON value on each line: "a prompt", or {"id":"a","prompt":"a prompt"}.'
    : "Write each prompt into an .md or .txt file of its own.";
}

export function describePassedOver({
  source,
  passedOver,
}: Pick<ReadPrompts, "source" | "passedOver">): string {
  const names = passedOver.slice(0, mostShown).join(", ");
  const more = passedOver.length > mostShown ? ` and ${passedOver.length - mostShown} more` : "";
  return `Passed over in ${source}, as no .md or .txt file that can be read: ${names}${more}.`;
}
