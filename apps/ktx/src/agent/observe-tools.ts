import type { BridgedTool, ToolContext, ToolSet } from "@ktx/mcp-bridge";

/** One call of a tool, as it ended. */
export interface ObservedCall {
  readonly tool: string;
  /** What the tool was given, after its schema. */
  readonly input: unknown;
  readonly durationMs: number;
  /** What the tool threw; absent when it returned. */
  readonly error?: string;
}

/** Hears of each call when it begins and when it ends. */
export interface CallObserver {
  readonly onCallStart: (tool: string, input: unknown) => void;
  readonly onCallEnd: (call: ObservedCall) => void;
}

/** The same tools, watched. Calls that a tool's schema refuses never reach the tool, and are not seen. */
export function observeTools(toolSet: ToolSet, observer: CallObserver, now: () => number): ToolSet {
  return Object.fromEntries(
    Object.entries(toolSet).map(([alias, tool]) => [alias, observeTool(tool, observer, now)]),
  );
}

function observeTool(tool: BridgedTool, observer: CallObserver, now: () => number): BridgedTool {
  const execute = async (input: never, context: ToolContext): Promise<unknown> => {
    observer.onCallStart(tool.name, input);
    const startedAtMs = now();
    const end = (outcome: { readonly error?: string }): void =>
      observer.onCallEnd({
        tool: tool.name,
        input,
        durationMs: now() - startedAtMs,
        ...outcome,
      });
    try {
      const output = await tool.execute(input, context);
      end({});
      return output;
    } catch (error) {
      end({ error: error instanceof Error ? error.message : String(error) });
      throw error;
    }
  };
  // A tool may be an instance of a class: what it inherits must stay.
  const observed: BridgedTool = Object.create(tool, { execute: { value: execute } });
  return observed;
}
