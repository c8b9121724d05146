import type { SimItem, SseEvent } from "./sim-item.ts";

/** An item of the response's `output`, in the service's own spelling. */
export type OutputItem = Readonly<Record<string, unknown>>;

export interface ItemEvents {
  readonly events: readonly SseEvent[];
  /** Its entry in `output`; absent for an item that is never finished, or is not an item. */
  readonly item?: OutputItem;
}

/** The events that announce, stream and finish one item, at its `index` in the output. */
export function buildItemEvents(item: SimItem, index: number, responseNumber: number): ItemEvents {
  const id = `${responseNumber}_${index}`;
  const place = { output_index: index };
  switch (item.type) {
    case "text":
    case "partial-text": {
      const part = { item_id: `msg_${id}`, ...place, content_index: 0 };
      const begun = [
        added(place, message(id, "in_progress", [])),
        { type: "response.content_part.added", ...part, part: outputText("") },
        ...splitText(item.text, item.type === "text" ? item.deltas : 1).map((delta) => ({
          type: "response.output_text.delta",
          ...part,
          delta,
        })),
      ];
      if (item.type === "partial-text") return { events: begun };
      return finished(begun, place, message(id, "completed", [outputText(item.text)]), [
        { type: "response.output_text.done", ...part, text: item.text },
        { type: "response.content_part.done", ...part, part: outputText(item.text) },
      ]);
    }
    case "refusal": {
      const content = [{ type: "refusal", refusal: item.refusal }];
      return finished(
        [added(place, message(id, "in_progress", []))],
        place,
        message(id, "completed", content),
      );
    }
    case "reasoning": {
      const whole = {
        type: "reasoning",
        id: `rs_${id}`,
        summary: item.summary.map((text) => ({ type: "summary_text", text })),
      };
      const parts = item.summary.flatMap((text, summaryIndex) => {
        const part = { item_id: whole.id, ...place, summary_index: summaryIndex };
        return [
          {
            type: "response.reasoning_summary_part.added",
            ...part,
            part: { type: "summary_text", text: "" },
          },
          { type: "response.reasoning_summary_text.delta", ...part, delta: text },
          { type: "response.reasoning_summary_text.done", ...part, text },
        ];
      });
      return finished([added(place, { ...whole, summary: [] }), ...parts], place, whole);
    }
    case "tool-call": {
      const call = {
        type: "function_call",
        id: `fc_${id}`,
        call_id: item.callId ?? `call_${id}`,
        name: item.name,
        ...(item.namespace === undefined ? {} : { namespace: item.namespace }),
      };
      const part = { item_id: call.id, ...place };
      return finished(
        [added(place, { ...call, arguments: "", status: "in_progress" })],
        place,
        { ...call, arguments: item.arguments, status: "completed" },
        [
          { type: "response.function_call_arguments.delta", ...part, delta: item.arguments },
          { type: "response.function_call_arguments.done", ...part, arguments: item.arguments },
        ],
      );
    }
    case "custom-tool-call":
      return finished([], place, {
        type: "custom_tool_call",
        id: `ctc_${id}`,
        call_id: item.callId ?? `call_${id}`,
        name: item.name,
        input: item.input,
        status: "completed",
      });
    case "raw-item":
      return finished([], place, item.item);
    case "raw-event":
      return { events: [item.event] };
  }
}

function finished(
  begun: readonly SseEvent[],
  place: OutputItem,
  item: OutputItem,
  closing: readonly SseEvent[] = [],
): ItemEvents {
  const done = { type: "response.output_item.done", ...place, item };
  return { events: [...begun, ...closing, done], item };
}

function added(place: OutputItem, item: OutputItem): SseEvent {
  return { type: "response.output_item.added", ...place, item };
}

function message(id: string, status: string, content: readonly unknown[]): OutputItem {
  return { type: "message", id: `msg_${id}`, role: "assistant", status, content };
}

function outputText(text: string): OutputItem {
  return { type: "output_text", text, annotations: [] };
}

/** Whole code points only: half a surrogate pair is not valid text. */
function splitText(text: string, pieces: number): readonly string[] {
  if (pieces === 1) return [text];
  const points = Array.from(text);
  const size = Math.max(1, Math.ceil(points.length / pieces));
  return Array.from({ length: Math.ceil(points.length / size) }, (_, index) =>
    points.slice(index * size, (index + 1) * size).join(""),
  );
}
