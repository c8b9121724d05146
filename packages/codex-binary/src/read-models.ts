import { z } from "zod";
import { findCodex } from "./find-codex.ts";
import type { InspectCodexOptions } from "./inspect-options.ts";
import {
  describeCommandError,
  runCodexCommand,
  signedOutEnvironment,
} from "./run-codex-command.ts";

/** A model as the installed Codex describes it. A field that Codex does not give is absent. */
export interface CodexModel {
  readonly id: string;
  readonly name: string;
  /** Its purpose, in a sentence. */
  readonly description: string;
  /** From the lowest effort to the highest. */
  readonly reasoningLevels: readonly string[];
  readonly defaultReasoningLevel?: string;
  /** In tokens. */
  readonly contextWindow?: number;
  /** True when an API key may use it. Codex does not say which models a ChatGPT plan may use. */
  readonly supportedInApi: boolean;
  /** True when Codex offers it in its own picker. */
  readonly listed: boolean;
  /** The id of the model that Codex recommends instead. */
  readonly successor?: string;
}

export type CodexModels =
  | { readonly state: "listed"; readonly models: readonly CodexModel[] }
  /** `reason`: a short phrase. */
  | { readonly state: "failed"; readonly reason: string };

/**
 * The models of the installed Codex, in its own order of preference, from `codex debug models --bundled`:
 * no network, no account, some 15 ms. Rejects only on abort.
 */
export async function readModels(options: InspectCodexOptions = {}): Promise<CodexModels> {
  try {
    const { exitCode, stdout } = await runCodexCommand({
      codexPath: findCodex(options),
      args: ["debug", "models", "--bundled"],
      env: await signedOutEnvironment(options.env ?? process.env),
      ...(options.abortSignal && { signal: options.abortSignal }),
    });
    if (exitCode !== 0)
      return { state: "failed", reason: `\`codex debug models\` ends with exit code ${exitCode}` };
    return parseModels(stdout);
  } catch (error) {
    options.abortSignal?.throwIfAborted();
    return { state: "failed", reason: describeCommandError(error) };
  }
}

/** The models in the output of `codex debug models --bundled` (0.163.0). */
export function parseModels(text: string): CodexModels {
  try {
    const { models } = catalog.parse(JSON.parse(text));
    const ordered = models.toSorted((a, b) => a.priority - b.priority);
    return { state: "listed", models: ordered.map(toModel) };
  } catch {
    return { state: "failed", reason: "`codex debug models` printed no catalog of models" };
  }
}

const entry = z.object({
  slug: z.string(),
  display_name: z.string().nullish(),
  description: z.string().nullish(),
  supported_reasoning_levels: z.array(z.object({ effort: z.string() })).nullish(),
  default_reasoning_level: z.string().nullish(),
  context_window: z.number().nullish(),
  supported_in_api: z.boolean().nullish(),
  visibility: z.string().nullish(),
  priority: z.number().default(Number.MAX_SAFE_INTEGER),
  upgrade: z.object({ model: z.string() }).nullish(),
});

const catalog = z.object({ models: z.array(entry) });

function toModel(model: z.output<typeof entry>): CodexModel {
  const { default_reasoning_level: level, context_window: context, upgrade } = model;
  return {
    id: model.slug,
    name: model.display_name ?? model.slug,
    description: model.description ?? "",
    reasoningLevels: (model.supported_reasoning_levels ?? []).map(({ effort }) => effort),
    ...(level != null && { defaultReasoningLevel: level }),
    ...(context != null && { contextWindow: context }),
    supportedInApi: model.supported_in_api ?? false,
    listed: model.visibility === "list",
    ...(upgrade != null && { successor: upgrade.model }),
  };
}
