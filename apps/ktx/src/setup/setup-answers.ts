import type { ConfigChanges, IsolationMode, LlmBackend, WrittenConfig } from "@ktx/config";

/** The answers to the questions of setup. */
export interface SetupAnswers {
  readonly backend: LlmBackend;
  /** The id or alias of `llm.models.default`; not asked for without a backend. */
  readonly model?: string | undefined;
  readonly isolation?: IsolationMode | undefined;
}

/** The changes of `ktx.yaml` for these answers; all other keys stay. Pure. */
export function buildChanges(
  { backend, model, isolation }: SetupAnswers,
  written: WrittenConfig | undefined,
): ConfigChanges {
  const current = written?.llm?.provider?.codex?.isolation;
  // The default is not written into a file that does not mention it.
  const changesIsolation =
    isolation !== undefined && (current !== undefined || isolation !== "strict");
  return {
    llm: {
      provider: { backend, ...(changesIsolation && { codex: { isolation } }) },
      ...(backend !== "none" && model !== undefined && { models: { default: model } }),
    },
  };
}

/** The content of the file after these answers, for a turn before anything is written. Pure. */
export function withAnswers(
  written: WrittenConfig | undefined,
  { backend, model, isolation }: SetupAnswers,
): WrittenConfig {
  const { provider, models } = written?.llm ?? {};
  return {
    llm: {
      provider: { backend, codex: { ...provider?.codex, isolation } },
      models: { ...models, default: model },
    },
  };
}
