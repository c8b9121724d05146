import { createHash } from "node:crypto";

/** Everything that an answer depends on. */
export interface PromptKeyParts {
  readonly prompt: string;
  readonly system: string | undefined;
  readonly model: string;
  /** The address of the service; undefined for the account's own. */
  readonly endpoint: string | undefined;
  /** The JSON Schema that is sent; undefined without one. */
  readonly schema: unknown;
  /** The tools as the model sees them. */
  readonly tools: readonly unknown[];
}

/** The key of a unit: the same as long as nothing that the answer depends on has changed. Pure. */
export function promptKey(parts: PromptKeyParts): string {
  const { prompt, system = null, model, endpoint = null, schema = null, tools } = parts;
  // JSON also keeps apart what would be the same bytes, such as halves of surrogate pairs.
  const text = JSON.stringify([prompt, system, model, endpoint, schema, tools]);
  return createHash("sha256").update(text).digest("hex");
}
