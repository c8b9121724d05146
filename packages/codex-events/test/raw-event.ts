import * as fc from "fast-check";

/** Objects that look like Codex's events, with known names and any JSON in any field. */
export const rawEvent: fc.Arbitrary<unknown> = fc.record(
  {
    type: fc.constantFrom(
      "thread.started",
      "turn.started",
      "item.started",
      "item.updated",
      "item.completed",
      "item.completed",
      "item.completed",
      "turn.completed",
      "turn.failed",
      "error",
      "later.invention",
    ),
    thread_id: fc.jsonValue(),
    message: fc.oneof(fc.string(), fc.jsonValue()),
    error: fc.oneof(fc.record({ message: fc.string() }), fc.jsonValue()),
    usage: fc.oneof(
      fc.record({ input_tokens: fc.nat(), output_tokens: fc.jsonValue() }),
      fc.jsonValue(),
    ),
    item: fc.oneof(
      fc.record(
        {
          id: fc.jsonValue(),
          type: fc.constantFrom(
            "agent_message",
            "reasoning",
            "command_execution",
            "file_change",
            "mcp_tool_call",
            "web_search",
            "todo_list",
            "error",
            "later_invention",
          ),
          text: fc.oneof(fc.string(), fc.jsonValue()),
          message: fc.oneof(fc.string(), fc.jsonValue()),
          tool: fc.oneof(fc.string(), fc.jsonValue()),
          status: fc.oneof(fc.constantFrom("completed", "failed"), fc.jsonValue()),
          error: fc.jsonValue(),
          result: fc.oneof(fc.record({ content: fc.array(fc.jsonValue()) }), fc.jsonValue()),
          changes: fc.oneof(fc.array(fc.jsonValue()), fc.jsonValue()),
          items: fc.oneof(fc.array(fc.jsonValue()), fc.jsonValue()),
        },
        { requiredKeys: ["type"] },
      ),
      fc.jsonValue(),
    ),
  },
  { requiredKeys: ["type"] },
);
