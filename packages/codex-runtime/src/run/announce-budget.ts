import type { ToolSet } from "@ktx/mcp-bridge";
import { wrapTools } from "../transport/tools/wrap-tools.ts";
import type { BudgetUse, RunBudgets } from "../values/budgets.ts";

/**
 * The same tools, but the result that leaves the model one step or tool call says so.
 *
 * @param standing The budgets, and what the events have shown of their use; they may lag behind the call.
 */
export function announceBudget(
  toolSet: ToolSet,
  standing: () => { readonly budgets: RunBudgets; readonly use: BudgetUse },
): ToolSet {
  let calls = 0;
  let announced = false;
  const announcement = (): string | undefined => {
    const { budgets, use } = standing();
    const { steps, toolCalls } = use;
    const left = Math.min(
      (budgets.stepBudget ?? Number.POSITIVE_INFINITY) - Math.max(calls, steps + 1),
      (budgets.toolCallBudget ?? Number.POSITIVE_INFINITY) - Math.max(calls, toolCalls + 1),
    );
    if (announced || left !== 1) return undefined;
    announced = true;
    return oneStepLeft;
  };
  return wrapTools(toolSet, (execute) => async (input, context) => {
    calls += 1;
    const line = announcement();
    if (line === undefined) return execute(input, context);
    try {
      return withLine(await execute(input, context), line);
    } catch (error) {
      throw new Error(`${line}\n\n${messageOf(error)}`, { cause: error });
    }
  });
}

/** The run is ended with its last step, so there is no room for words after it. */
export const oneStepLeft =
  "[Budget: one step is left. One more tool call ends this run, with no answer after it.]";

/**
 * Codex shows the model structured content alone where a result has it, so the line must not stand
 * beside it; and it stands first, since the end of a long result is cut.
 */
function withLine(output: unknown, line: string): unknown {
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

/** Content blocks, or a whole CallToolResult: an object with other keys is a value of the tool's own. */
interface BlockOutput {
  readonly content: readonly unknown[];
  readonly structuredContent?: unknown;
}

function withFirstBlock(output: BlockOutput, line: string): unknown {
  const content = [{ type: "text", text: line }, ...output.content];
  const { structuredContent: structured } = output;
  if (typeof structured !== "object" || structured === null) return { ...output, content };
  // The bridge takes `markdown` beside what an output schema promises.
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

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
