import { Redactor } from "@ktx/redact";

/** Names of variables whose values are secrets. */
const secretName = /key|token|secret|passw|credential|auth|cookie/i;

interface CleanTextInput {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Texts of the user that must not appear, such as a prompt. */
  readonly texts?: readonly string[];
  /** Folders, each with the name that stands for it. */
  readonly folders?: readonly (readonly [path: string, name: string])[];
}

/** A function that takes the user's secrets, texts and folders out of a text. Pure. */
export function createCleaner({
  env,
  texts = [],
  folders = [],
}: CleanTextInput): (text: string) => string {
  const secrets = Object.entries(env).flatMap(([name, value = ""]) =>
    secretName.test(name) ? [value] : [],
  );
  const redactor = new Redactor([...secrets, ...texts].filter((text) => text.length >= 8));
  const home = env["HOME"] ?? env["USERPROFILE"] ?? "";
  const named = [...folders, [home, "~"] as const].filter(([path]) => path.length > 1);
  return (text) =>
    named.reduce((rest, [path, name]) => rest.replaceAll(path, name), redactor.redact(text));
}
