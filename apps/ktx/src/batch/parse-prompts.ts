import { findPromptProblem, type Prompt } from "./prompt.ts";

export interface ParsedPrompts {
  readonly prompts: readonly Prompt[];
  /** Each with its line: `line 3: expected …, got …`. */
  readonly problems: readonly string[];
}

/**
 * Reads prompts from JSON lines: each a text, or an object with `prompt`, and with `id` and `system` where given. Empty
 * lines are passed over. Pure.
 */
export function parsePrompts(content: string): ParsedPrompts {
  const prompts: Prompt[] = [];
  const problems: string[] = [];
  const lineOfId = new Map<string, number>();
  // Some editors write a byte order mark at the start.
  const lines = content.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/);
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "") continue;
    const number = index + 1;
    const read = readLine(line, number);
    if (typeof read === "string") {
      problems.push(`line ${number}: ${read}`);
      continue;
    }
    const earlier = lineOfId.get(read.id);
    if (earlier === undefined) prompts.push(read);
    else
      problems.push(
        `line ${number}: expected an id of its own, got ${JSON.stringify(read.id)}, which line ${earlier} has too${read.id === String(earlier) ? "; a line without an id has its number" : ""}`,
      );
    lineOfId.set(read.id, earlier ?? number);
  }
  return { prompts, problems };
}

/** The prompt of a line, or the problem. */
function readLine(line: string, number: number): Prompt | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    // The line that the parser counts is that of this one line.
    const place = why.replace(
      /(?: in JSON)? at position \d+ \(line \d+ column (\d+)\)/,
      " in column $1",
    );
    return `expected a JSON value, got text that is not JSON (${cut(place)})`;
  }
  const fields = typeof value === "string" ? { prompt: value } : value;
  if (typeof fields !== "object" || fields === null || Array.isArray(fields))
    return `expected a text or an object with "prompt", got ${cut(JSON.stringify(value))}`;
  const given = new Map<string, unknown>(Object.entries(fields));
  const unknown = [...given.keys()].find((key) => !known.has(key));
  if (unknown !== undefined)
    return `expected the keys prompt, id and system, got ${cut(JSON.stringify(unknown))}`;
  const text = given.get("prompt");
  if (typeof text !== "string") return `expected "prompt" to be a text, got ${describe(text)}`;
  const id = given.get("id") ?? number;
  if ((typeof id !== "string" && typeof id !== "number") || id === "")
    return `expected "id" to be a text or a number, got ${describe(id)}`;
  const system = given.get("system") ?? undefined;
  if (system !== undefined && typeof system !== "string")
    return `expected "system" to be a text, got ${describe(system)}`;
  const problem = findPromptProblem(text);
  return problem ?? { id: String(id), text, ...(system !== undefined && { system }) };
}

const known: ReadonlySet<string> = new Set(["prompt", "id", "system"]);

function describe(value: unknown): string {
  return value === undefined ? "none" : cut(JSON.stringify(value));
}

function cut(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 79).toWellFormed()}…`;
}
