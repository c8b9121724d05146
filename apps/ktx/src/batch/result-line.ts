import type { FullUnitRecord } from "@ktx/batch";
import type { Prompt } from "./prompt.ts";

/** The answer to a prompt, as the store keeps it. */
export type PromptAnswer = { readonly text: string } | { readonly value: unknown };

/** One line of the results. */
export type ResultLine = { readonly id: string; readonly tokens: number; readonly ms: number } & (
  | ({ readonly status: "done" } & PromptAnswer)
  | {
      readonly status: "failed";
      readonly error: { readonly kind: string; readonly message: string };
    }
);

/** The line of a prompt that has its answer or has failed; undefined for one that waits. Pure. */
export function toResultLine(
  { id }: Pick<Prompt, "id">,
  record: FullUnitRecord | undefined,
): ResultLine | undefined {
  if (record === undefined) return undefined;
  const { tokens, ranMs: ms } = record.usage;
  if (record.state === "done")
    return { id, status: "done", ...toAnswer(record.result), tokens, ms };
  if (record.state !== "failed") return undefined;
  const error = record.failure ?? { kind: "unknown", message: "The prompt failed." };
  return { id, status: "failed", error, tokens, ms };
}

function toAnswer(result: unknown): PromptAnswer {
  if (typeof result !== "object" || result === null) return { value: result };
  if ("text" in result && typeof result.text === "string") return { text: result.text };
  return { value: "value" in result ? result.value : null };
}
