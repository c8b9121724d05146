import type { LlmFlags } from "../project/resolve-llm.ts";

/** The flags that a resumed chat needs again. The system text is on disk; budgets are of one sitting. */
interface ResumeFlags extends LlmFlags {
  readonly role: string;
  readonly tools?: string | undefined;
  readonly mcp?: readonly string[] | undefined;
  readonly mcpEnv?: readonly string[] | undefined;
  readonly asks?: boolean | undefined;
  readonly projectDir?: string | undefined;
}

/** The command that goes on with a chat, for a POSIX shell in the same folder. Pure. */
export function resumeCommand(id: string, flags: ResumeFlags): string {
  const given: readonly (readonly [string, string | undefined])[] = [
    ["--tools", flags.tools],
    ...(flags.mcp ?? []).map((server) => ["--mcp", server] as const),
    ...(flags.mcpEnv ?? []).map((name) => ["--mcp-env", name] as const),
    ["--role", flags.role === "default" || flags.model !== undefined ? undefined : flags.role],
    ["--model", flags.model],
    ["--effort", flags.effort],
    ["--endpoint", flags.endpoint],
    ["--api-key-env", flags.apiKeyEnv],
    ["--project-dir", flags.projectDir],
  ];
  const words = given.flatMap(([name, value]) =>
    value === undefined ? [] : [name, quoteWord(value)],
  );
  const approve = flags.asks === true ? ["--approve"] : [];
  return ["ktx chat --resume", id, ...words, ...approve].join(" ");
}

/** A word for a POSIX shell. */
export function quoteWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
