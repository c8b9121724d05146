/** The minimum length of a secret: a shorter one would match ordinary words. */
export const shortestSecret = 8;

/**
 * The notations of a secret after escapes are decoded: unchanged, as its bytes, in hexadecimal or base64, also within a
 * longer base64 text such as the `user:key` of a `Basic` header. Pure.
 */
export function formsOf(secret: string): readonly string[] {
  if (secret.length < shortestSecret) return [];
  const bytes = Buffer.from(secret, "utf8");
  const hex = bytes.toString("hex");
  const forms = [
    secret,
    bytes.toString("latin1"),
    // The form encoding of a space.
    secret.replaceAll(" ", "+"),
    hex,
    hex.toUpperCase(),
    ...[0, 1, 2].flatMap((before) => {
      const inner = base64Within(bytes, before);
      return [inner, inner.replaceAll("+", "-").replaceAll("/", "_")];
    }),
  ];
  return [...new Set(forms)].filter(({ length }) => length >= shortestSecret);
}

/** The part of a base64 text that does not depend on the surrounding bytes, for this many bytes before it (modulo 3). */
function base64Within(bytes: Buffer, before: number): string {
  const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64");
  const begin = Math.ceil((before * 8) / 6);
  const end = Math.floor(((before + bytes.length) * 8) / 6);
  return encoded.slice(begin, end);
}
