import { inspect } from "node:util";

/**
 * A thrown value as text: its message, never its stack. Total: a value whose message, name or properties
 * throw has a text too. The text is well-formed Unicode.
 */
export function describeThrown(thrown: unknown): string {
  try {
    return describe(thrown).toWellFormed();
  } catch {
    return "The tool threw an error whose message cannot be read.";
  }
}

function describe(thrown: unknown): string {
  if (typeof thrown === "string") return thrown;
  if (typeof thrown !== "object" || thrown === null) return String(thrown);
  const message = "message" in thrown ? thrown.message : undefined;
  if (typeof message === "string" && message !== "") return message;
  return thrown instanceof Error ? thrown.name : inspect(thrown, { depth: 0 });
}
