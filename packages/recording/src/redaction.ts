import { redactNamed, Redactor, redactReport } from "@ktx/redact";

export interface RedactionRules {
  /** Texts of 8 characters or more that must not be in a recording, such as keys. @default none */
  readonly secrets?: readonly string[] | undefined;
  /**
   * The environment, of which the values of all variables are secrets whose names say so (`…KEY`, `…TOKEN`,
   * `…SECRET`, `…PASSWORD`, `…CREDENTIALS`). @default none
   */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Folders by the word that stands for each, such as `{ home: "/home/me" }`. @default none */
  readonly folders?: Readonly<Record<string, string>> | undefined;
}

/** Takes out of a recording whatever must not be in it. What is redacted stays as it is the second time. */
export class Redaction {
  readonly #redactor: Redactor;
  readonly #folders: readonly (readonly [path: RegExp, word: string])[];

  constructor({ secrets = [], env = {}, folders = {} }: RedactionRules = {}) {
    const named = Object.entries(env).flatMap(([name, value = ""]) =>
      secretVariable.test(name) && value.length >= 8 ? [value] : [],
    );
    this.#redactor = new Redactor([...secrets.filter(({ length }) => length >= 8), ...named]);
    this.#folders = Object.entries(folders)
      .filter(([, path]) => path.length > 1)
      .toSorted(([, one], [, other]) => other.length - one.length)
      .map(([word, path]) => [folderPattern(path), `{${word}}`]);
  }

  addSecret(secret: string): void {
    if (secret.length >= 8) this.#redactor.add(secret);
  }

  readonly text = (text: string): string => {
    let safe = redactReport(this.#redactor.redact(text));
    for (const [path, word] of this.#folders) safe = safe.replace(path, word);
    return safe.replace(userFolder, "$1{user}");
  };

  /** A JSON value, keys included. */
  value(value: unknown): unknown {
    return redactNamed(value, this.text);
  }
}

/** Names of variables of the environment whose values are secrets. */
const secretVariable =
  /(?:^|_)(?:\w*KEY|\w*TOKEN|\w*SECRET|\w*PASSWORD|\w*PASSWD|CREDENTIALS?|AUTHORIZATION)$/i;
/** The folder of a user whom no rule names. */
const userFolder = /((?:\/home|\/Users|[A-Za-z]:\\+Users)[/\\]+)(?!\{user\})[^/\\\s"'`:]+/g;

/** A path and not the beginning of a longer name; also with the doubled backslashes of a JSON text in a text. */
function folderPattern(path: string): RegExp {
  const plain = path.replace(/[/\\]+$/, "");
  const escaped = plain
    .replace(/[.*+?^${}()|[\]]/g, String.raw`\$&`)
    .replace(/\\(?![.*+?^${}()|[\]])/g, String.raw`\\+`);
  return new RegExp(`${escaped}(?![\\w-]|\\.\\w)`, "g");
}
