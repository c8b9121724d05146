import { mark, type Redact, Redactor } from "./redactor.ts";

/** Keys of services and private keys, by their form. */
const forms: readonly RegExp[] = [
  /\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,})/g,
  /\bglpat-[\w-]{16,}/g,
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g,
  /\bxox[abprs]-[\w-]{10,}/g,
  /\bAIza[\w-]{30,}/g,
  /\bnpm_[A-Za-z0-9]{30,}/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
];

/** Removes keys of services and private keys, which have a form of their own. Pure. */
export const redactCredentials: Redact = (text) =>
  forms.reduce((rest, form) => rest.replaceAll(form, mark), text);

/** The name of a field whose value is a secret, at the end of a longer name, too. */
const secretName =
  "(?:(?:api|access|secret|private|auth)[_-]?key(?:[_-]?id)?|(?<!(?:page|next|previous|continuation|sync|cursor|max|input|output|total)[_-]?)token|secret|passw(?:or)?d|passphrase|pwd|credentials?|signature|authorization|cookie)";

const wholeName = new RegExp(`(?:^|[_-]|[a-z](?=[A-Z]))${secretName}$`, "i");

/** True for the name of a field or property whose value is a secret; false for a `key` alone and for the token of a page. */
export function isSecretName(name: string): boolean {
  return wholeName.test(name);
}

/** `token=…`, also in a URL; `"password": "…"`; `Authorization: Basic …`. */
const fields: readonly RegExp[] = [
  new RegExp(
    `(${secretName}["']?=["']?)(?:(?:Bearer|Basic) )?(?![$]|\\[redacted\\])(?:(?!\\\\+["'])[^\\s"'&,;<>)}\\]]){6,}`,
    "gi",
  ),
  // Up to the quote with as many backslashes as the first one: those within the value have more.
  new RegExp(
    `(${secretName}\\\\*["']?\\s*:\\s*(\\\\*)(["']))(?:(?!\\2\\3)(?:\\\\[^\\n]|[^\\n\\\\])){6,}`,
    "gi",
  ),
  /(\b(?:authorization|(?:set-)?cookie|x-api-key)\s*:\s*)[^\s"'\\][^\n"'\\]{5,}/gi,
];

const withoutSecrets = new Redactor([]);

/**
 * Removes whatever has the form of a credential, and the values of fields with the name of a secret, such as
 * `token=…`. For a text that people pass on: an error, a log, a report. The answer of a model may mean such a text.
 */
export const redactReport: Redact = (text) =>
  fields.reduce(
    (rest, field) => rest.replaceAll(field, `$1${mark}`),
    redactCredentials(withoutSecrets.redact(text)),
  );
