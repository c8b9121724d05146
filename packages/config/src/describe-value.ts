/** Describes a value, for the end of "expected …, got …". Bounded in length; never shows a possible secret. */
export function describeValue(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "string") return quoteUnlessSecret(value);
  if (typeof value === "number" || typeof value === "boolean") return `${typeof value} ${value}`;
  return "a mapping";
}

/** A key or a value in quotes, or a placeholder for a possible secret. */
export function quoteUnlessSecret(text: string): string {
  if (text.trim() === "") return "an empty text";
  if (secretLike.test(text.slice(0, 400))) return "a value that looks like a secret (not shown)";
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}…` : text);
}

/** Key prefixes that vendors use, credentials or queries in URLs, and long unbroken mixes of letters and digits. */
const secretLike =
  /\b(?:sk|pk|rk|gh[a-z]|xox[a-z]|eyJ)[-_A-Za-z0-9.]{8,}|:\/\/[^/]*@|[?&][^=\s]+=|(?=\S*\d)(?=\S*[A-Za-z])[A-Za-z0-9+/=_]{24,}/;
