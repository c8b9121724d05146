import type { TurnSignal } from "../transport/transport.ts";
import type { ResponsesEndpoint } from "../values/responses-endpoint.ts";
import type { ResponseTrace } from "./run-trace.ts";
import type { TurnRun } from "./run-turn.ts";
import { spanIds, startSpan } from "./trace-span.ts";

/** Reports the responses of the model in one turn as spans of the tracing channel. */
export class ResponseSpans {
  readonly #about: Pick<ResponseTrace, "model" | "server">;
  #open: { readonly span: ResponseTrace; readonly end: () => void } | undefined;
  #startedAtMs = 0;

  constructor(model: string, endpoint: ResponsesEndpoint | undefined) {
    this.#about = { model, ...(endpoint && { server: serverOf(endpoint) }) };
  }

  take({ threadId, step }: Extract<TurnSignal, { type: "response" }>): void {
    if (step.type === "started") {
      this.#end({ outcome: "cancelled" });
      const ids = spanIds("response");
      const span: ResponseTrace = { span: "response", ...ids, ...this.#about, threadId };
      this.#startedAtMs = performance.now();
      this.#open = { span, end: startSpan(span) };
    } else if (step.type === "first-chunk") {
      if (this.#open) this.#open.span.firstChunkMs = performance.now() - this.#startedAtMs;
    } else {
      const { id, usage, toolCalls } = step;
      const facts = { ...(id !== undefined && { responseId: id }), ...(usage && { usage }) };
      this.#end({ ...facts, toolCalls, outcome: "completed" });
    }
  }

  /** Ends a response that the turn did not wait for. */
  endTurn({ summary, stop, thrown, exit }: TurnRun): void {
    const error = stop === undefined ? (summary.failure ?? thrown?.error ?? exit) : undefined;
    this.#end({ outcome: error === undefined ? "cancelled" : "failed", error });
  }

  #end(facts: Partial<ResponseTrace>): void {
    const open = this.#open;
    this.#open = undefined;
    if (open === undefined) return;
    Object.assign(open.span, facts);
    open.end();
  }
}

function serverOf({ baseUrl }: ResponsesEndpoint): NonNullable<ResponseTrace["server"]> {
  const { protocol, hostname, port } = new URL(baseUrl);
  const usual = protocol === "https:" ? 443 : 80;
  return { address: hostname.replace(/^\[|\]$/g, ""), port: port === "" ? usual : Number(port) };
}
