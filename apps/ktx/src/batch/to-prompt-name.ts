/** The beginning of the prompt of a unit; undefined where its payload has none. */
export function toPromptName(payload: unknown): string | undefined {
  if (typeof payload !== "object" || payload === null || !("prompt" in payload)) return undefined;
  const { prompt } = payload;
  return typeof prompt === "string"
    ? prompt.replaceAll(/\s+/g, " ").trim().slice(0, 60).toWellFormed()
    : undefined;
}
