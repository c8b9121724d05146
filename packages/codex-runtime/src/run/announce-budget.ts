import type { ToolSet } from "@ktx/mcp-bridge";
import { wrapTools } from "@ktx/codex-tools";
import type { BudgetUse, RunBudgets } from "../values/budgets.ts";

/** The budgets of a turn, and their use so far. */
export class BudgetStanding {
  readonly #budgets: RunBudgets;
  #use: Pick<BudgetUse, "steps" | "toolCalls"> = { steps: 0, toolCalls: 0 };
  #calls = 0;
  #announced = false;

  constructor(budgets: RunBudgets) {
    this.#budgets = budgets;
  }

  /** Takes the use that the events show. It may lag behind the calls. */
  observe(use: Pick<BudgetUse, "steps" | "toolCalls">): void {
    this.#use = use;
  }

  /** Counts a tool call. Returns the notice for its result, once, where it leaves one step or tool call. */
  countCall(): string | undefined {
    this.#calls += 1;
    const { stepBudget = Number.POSITIVE_INFINITY, toolCallBudget = Number.POSITIVE_INFINITY } =
      this.#budgets;
    const left = Math.min(
      stepBudget - Math.max(this.#calls, this.#use.steps + 1),
      toolCallBudget - Math.max(this.#calls, this.#use.toolCalls + 1),
    );
    if (this.#announced || left !== 1) return undefined;
    this.#announced = true;
    return oneStepLeft;
  }
}

/** The same tools, with a notice in the result that leaves the model one step or tool call. */
export function announceBudget(toolSet: ToolSet, findStanding: () => BudgetStanding): ToolSet {
  return wrapTools(toolSet, (execute) => async (input, context) => {
    const line = findStanding().countCall();
    if (line === undefined) return execute(input, context);
    try {
      return withLine(await execute(input, context), line);
    } catch (error) {
      throw new Error(`${line}\n\n${messageOf(error)}`, { cause: error });
    }
  });
}

/** The run ends with its last step, so no message follows it. */
export const oneStepLeft =
  "[Budget: one step left. Another tool call ends this run without an answer. Answer now.]";

/**
 * Codex shows the model only the structured content of a result that has it, so the line goes into that; and it
 * comes first, since a long result is cut at its end.
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

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
