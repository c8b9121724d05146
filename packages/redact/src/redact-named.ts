import { isSecretName, redactReport } from "./redact-report.ts";
import { redactValue } from "./redact-value.ts";
import { mark, type Redact } from "./redactor.ts";

/**
 * A copy of a value of JSON without what `redact` takes out of its texts and names, and without the texts whose names
 * say that they are secrets, however short. An instance of a class is copied as `redactValue` does. Pure.
 */
export function redactNamed(value: unknown, redact: Redact = redactReport): unknown {
  return copyOf(value, redact, []);
}

function copyOf(value: unknown, redact: Redact, around: readonly object[]): unknown {
  if (typeof value === "string") return redact(value);
  if (typeof value !== "object" || value === null) return value;
  if (around.includes(value)) return "[circular]";
  const within = [...around, value];
  if (Array.isArray(value)) return value.map((each) => copyOf(each, redact, within));
  if (!isPlain(value)) return redactValue(value, redact);
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      redact(key),
      isSecretName(key) && typeof each === "string" ? mark : copyOf(each, redact, within),
    ]),
  );
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
