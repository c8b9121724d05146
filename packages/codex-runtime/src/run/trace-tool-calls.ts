import type { ToolObserver } from "@ktx/mcp-bridge";
import { type Redact, redactNamed, redactReport } from "@ktx/redact";
import type { ToolCallTrace } from "./run-trace.ts";
import { spanIds, startSpan } from "./trace-span.ts";

/**
 * Reports the calls of a tool host as spans of the tracing channel.
 *
 * @param parentId The id of the turn in which the calls come.
 * @param redactSecrets Takes secrets out of the content.
 */
export function traceToolCalls(
  parentId: () => string | undefined,
  traceContent: boolean,
  redactSecrets: Redact,
  descriptionOf: (alias: string) => string | undefined,
): ToolObserver {
  const redact: Redact = (text) => redactReport(redactSecrets(text));
  const open = new Map<number, { readonly span: ToolCallTrace; readonly end: () => void }>();
  return {
    onCall: ({ callId, modelCallId, alias, name, arguments: input }) => {
      const turn = parentId();
      const description = descriptionOf(alias);
      const span: ToolCallTrace = {
        span: "tool-call",
        ...spanIds("tool-call"),
        ...(turn !== undefined && { parentId: turn }),
        name,
        callId,
        ...(modelCallId !== undefined && { modelCallId }),
        ...(description !== undefined && { description: redactSecrets(description) }),
        ...(traceContent && { content: { arguments: redactNamed(input, redact) } }),
      };
      open.set(callId, { span, end: startSpan(span) });
    },
    onResult: ({ callId, outcome, approval, text, error }) => {
      const call = open.get(callId);
      if (call === undefined) return;
      open.delete(callId);
      call.span.outcome = outcome;
      if (approval !== undefined) call.span.approval = approval;
      if (error !== undefined) call.span.error = traceContent ? redact(error) : outcome;
      if (call.span.content !== undefined && text !== undefined)
        call.span.content.result = redact(text);
      call.end();
    },
  };
}
