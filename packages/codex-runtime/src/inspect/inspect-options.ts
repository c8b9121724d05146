/** Which Codex is asked, and as whom: the same as for a run. */
export interface InspectCodexOptions {
  /** Another Codex binary. @default the one that `@openai/codex-sdk` brings */
  readonly codexPath?: string;
  /** What the child's variables are drawn from; only an allow-list gets through. @default process.env */
  readonly env?: NodeJS.ProcessEnv;
  readonly abortSignal?: AbortSignal;
}
