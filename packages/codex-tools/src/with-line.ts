/**
 * The output of a tool with a line for the model before it. Codex shows the model only the structured content of a
 * result that has it, so the line goes into that; and it comes first, since a long result is cut at its end.
 */
export function withLine(output: unknown, line: string): unknown {
  if (output === undefined) return line;
  if (typeof output === "string") return `${line}\n\n${output}`;
  if (hasMarkdown(output)) return { ...output, markdown: `${line}\n\n${output.markdown}` };
  if (hasBlocks(output)) return withFirstBlock(output, line);
  return { markdown: line, structured: output };
}

function hasMarkdown(output: unknown): output is { readonly markdown: string } {
  return (
    typeof output === "object" &&
    output !== null &&
    "markdown" in output &&
    typeof output.markdown === "string"
  );
}

/** Content blocks, or a whole CallToolResult: an object with other keys is a JSON value of the tool. */
interface BlockOutput {
  readonly content: readonly unknown[];
  readonly structuredContent?: unknown;
}

function withFirstBlock(output: BlockOutput, line: string): unknown {
  const content = [{ type: "text", text: line }, ...output.content];
  const { structuredContent: structured } = output;
  if (typeof structured !== "object" || structured === null) return { ...output, content };
  // The bridge accepts `markdown` beside the properties of an output schema.
  const markdown = hasMarkdown(structured) ? `${line}\n\n${structured.markdown}` : line;
  return { ...output, content, structuredContent: { ...structured, markdown } };
}

function hasBlocks(output: unknown): output is BlockOutput {
  return (
    typeof output === "object" &&
    output !== null &&
    "content" in output &&
    Array.isArray(output.content) &&
    Object.keys(output).every((key) => resultKeys.includes(key))
  );
}

const resultKeys = ["content", "isError", "structuredContent", "_meta"];
