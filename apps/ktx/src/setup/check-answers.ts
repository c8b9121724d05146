import { writtenConfigSchema } from "@ktx/config";

/**
 * The fault of a variable's name; undefined for a valid one, and for an empty text. The text may be the key itself, so
 * that it is not repeated.
 */
export function describeNameProblem(text: string): string | undefined {
  const name = text.trim();
  if (name === "" || fits({ api_key_env: name })) return undefined;
  return "Expected the name of a variable, got another text, perhaps the key itself.";
}

/** The fault of a base URL; undefined for a valid one. It may hold a password, so that it is not repeated. */
export function describeUrlProblem(text: string): string | undefined {
  return fits({ endpoint: { base_url: text } }) && URL.canParse(text)
    ? undefined
    : "Expected an http or https URL without user name, password or query.";
}

/** The fault of a model's id, for whatever service; undefined for a valid one. */
export function describeIdProblem(text: string): string | undefined {
  if (/^[!-~]{1,200}$/.test(text)) return undefined;
  return text === ""
    ? "Expected a model id, got nothing."
    : "Expected a model id of at most 200 letters, digits and signs, without spaces.";
}

function fits(codex: object): boolean {
  return writtenConfigSchema.safeParse({ llm: { provider: { codex } } }).success;
}
