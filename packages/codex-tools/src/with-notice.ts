import type { ToolSet } from "@ktx/mcp-bridge";
import { withLine } from "./with-line.ts";
import { wrapTools } from "./wrap-tools.ts";

/**
 * The same tools, which may give the model a notice before their result or the message of their error.
 *
 * @param next Called at the start of each call; undefined for a call without a notice.
 */
export function withNotice(toolSet: ToolSet, next: () => string | undefined): ToolSet {
  return wrapTools(toolSet, (execute) => async (input, context) => {
    const line = next();
    if (line === undefined) return execute(input, context);
    try {
      return withLine(await execute(input, context), line);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new Error(`${line}\n\n${message}`, { cause: error });
    }
  });
}
