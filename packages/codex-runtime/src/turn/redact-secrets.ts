/** Takes secrets out of a text that goes into an error. */
export type Redact = (text: string) => string;

const mark = "[redacted]";

/** Shorter values are not secrets, and would be found in ordinary words. */
const shortestSecret = 8;

/**
 * A redaction of these secrets, by value, and of whatever looks like a bearer credential: services
 * quote a refused key in their error, and Codex hands that on.
 */
export function createRedaction(secrets: readonly string[]): Redact {
  const known = secrets.filter((secret) => secret.length >= shortestSecret);
  return (text) =>
    known
      .reduce((redacted, secret) => redacted.replaceAll(secret, mark), text)
      .replaceAll(credential, (_, scheme: string | undefined) => `${scheme ?? ""}${mark}`);
}

/** `Bearer …`, an OpenAI key, a JSON Web Token. */
const credential =
  /(\bBearer\s+)[\w.~+/-]{8,}=*|\bsk-[\w*-]{8,}|\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/gi;
