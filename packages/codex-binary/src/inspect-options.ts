/** The Codex binary and environment of an inspection: the same as for a run. */
export interface InspectCodexOptions {
  /** Another Codex binary. @default that of the variable `KTX_CODEX_PATH`, else the one that `@openai/codex-sdk` brings */
  readonly codexPath?: string;
  /** The source of the child's variables; only an allow-list gets through. @default process.env */
  readonly env?: NodeJS.ProcessEnv;
  readonly abortSignal?: AbortSignal;
}
