import { open } from "node:fs/promises";
import { fieldOf } from "./field-of.ts";

/**
 * Names the dynamic tools that differ from those with which a thread was started; those are in the first line of its
 * file, and Codex shows the model no others (0.163.0). Undefined where they are the same, or cannot be known.
 */
export async function findOtherTools(
  path: string,
  given: readonly string[],
): Promise<string | undefined> {
  const known = readToolNames(await readFirstLine(path));
  if (known === undefined) return undefined;
  const differ = [...known, ...given].some(
    (name) => !known.includes(name) || !given.includes(name),
  );
  const list = (names: readonly string[]): string => names.join(", ") || "none";
  return differ ? `then ${list(known)}, now ${list(given)}` : undefined;
}

async function readFirstLine(path: string): Promise<string> {
  try {
    await using file = await open(path);
    for await (const line of file.readLines()) return line;
  } catch {
    // It is Codex that reads the file; a check that cannot be made is left out.
  }
  return "";
}

/** Undefined where the line is not as 0.163.0 writes it. */
function readToolNames(line: string): readonly string[] | undefined {
  let meta: unknown;
  try {
    meta = JSON.parse(line);
  } catch {
    return undefined;
  }
  const payload = fieldOf(meta, "payload");
  if (fieldOf(meta, "type") !== "session_meta" || payload === undefined) return undefined;
  const tools = fieldOf(payload, "dynamic_tools") ?? [];
  if (!Array.isArray(tools)) return undefined;
  return tools.flatMap((tool) => {
    const name = fieldOf(tool, "name");
    return typeof name === "string" ? [name] : [];
  });
}
