/**
 * Takes the programs out of the README of codex-events, type-checks them in a project with the packed packages, and runs them as
 * they are. Fails when one prints something else than the README says. The Node of this folder is 22.18, the oldest
 * that runs TypeScript, where its package is to be had.
 */
import { strictEqual } from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkTypes, createProject, packAll, run } from "./project.ts";

const packagesDir = join(import.meta.dirname, "../../packages");
const fixtures = join(packagesDir, "codex-events/fixtures");

interface Program {
  readonly readme: string;
  /** Which of its blocks of TypeScript, and which of its blocks of text it prints. */
  readonly block: number;
  readonly prints: number;
  readonly args?: readonly string[];
  readonly input?: string;
}

const translated = serverRecording("plain");
const programs: readonly Program[] = [
  { readme: "codex-events", block: 0, prints: 0, input: execRecording("10-websearch") },
  { readme: "codex-events", block: 0, prints: 1, input: execRecording("11-401-invalid-key-r0") },
  { readme: "codex-events", block: 1, prints: 2, args: translated.ids, input: translated.lines },
];

const work = mkdtempSync(join(tmpdir(), "ktx-readmes-"));
try {
  const project = join(work, "project");
  createProject(project, packAll(work), "zod-4.6");
  const files = programs.map(({ readme, block }) => {
    const file = `${readme}-${block}.ts`;
    writeFileSync(join(project, file), blocksOf(readme, "ts")[block] ?? "");
    return file;
  });
  checkTypes(project, "typescript-7");
  for (const [index, { readme, prints, args = [], input }] of programs.entries()) {
    const printed = run(process.execPath, [files[index] ?? "", ...args], project, input);
    strictEqual(printed.trimEnd(), blocksOf(readme, "text")[prints]);
  }
  console.log(`The programs of the READMEs run under Node ${process.version}.`);
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** The fenced blocks of a language, in order. */
function blocksOf(readme: string, language: string): readonly string[] {
  const text = readFileSync(join(packagesDir, readme, "README.md"), "utf8");
  const pattern = new RegExp(`\\n\`\`\`${language}\\n(.*?)\\n\`\`\``, "gs");
  return Array.from(text.matchAll(pattern), ([, block = ""]) => block);
}

function execRecording(name: string): string {
  return readFileSync(join(fixtures, "codex-exec-0.163.0", `${name}.jsonl`), "utf8");
}

interface Recorded {
  readonly direction: string;
  readonly message: {
    readonly method?: string;
    readonly params?: { readonly threadId?: string; readonly turn?: { readonly id: string } };
  };
}

function serverRecording(name: string): {
  readonly ids: readonly string[];
  readonly lines: string;
} {
  const messages = readFileSync(join(fixtures, "codex-app-server-0.163.0", `${name}.jsonl`), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Recorded)
    .filter(({ direction }) => direction === "server->client")
    .map(({ message }) => message);
  const begun = messages.find(({ method }) => method === "turn/started")?.params;
  return {
    ids: [begun?.threadId ?? "", begun?.turn?.id ?? ""],
    lines: messages.map((message) => JSON.stringify(message)).join("\n"),
  };
}
