import { type Redact, Redactor, redactReport } from "@ktx/redact";

/** Names of variables whose values are secrets. */
const secretName = /key|token|secret|passw|credential|auth|cookie/i;

type Environment = Readonly<Record<string, string | undefined>>;

/** Takes the secrets of the environment, these texts, and whatever has the form of a secret out of a text. Pure. */
export function createRedact(env: Environment, texts: readonly string[] = []): Redact {
  const redactor = new Redactor([...secretsOf(env), ...texts].filter(({ length }) => length >= 8));
  return (text) => redactReport(redactor.redact(text));
}

/** The values of the variables whose names are those of secrets. Pure. */
export function secretsOf(env: Environment): readonly string[] {
  return Object.entries(env).flatMap(([name, value = ""]) =>
    secretName.test(name) ? [value] : [],
  );
}

interface CleanTextInput {
  readonly env: Environment;
  /** Texts of the user that must not appear, such as a prompt. */
  readonly texts?: readonly string[];
  /** Folders, each with the name that stands for it. */
  readonly folders?: readonly (readonly [path: string, name: string])[];
}

/** A function that takes the user's secrets, texts and folders out of a text. Pure. */
export function createCleaner({ env, texts = [], folders = [] }: CleanTextInput): Redact {
  const redact = createRedact(env, texts);
  const home = env["HOME"] ?? env["USERPROFILE"] ?? "";
  const named = [...folders, [home, "~"] as const].filter(([path]) => path.length > 1);
  return (text) => named.reduce((rest, [path, name]) => rest.replaceAll(path, name), redact(text));
}
