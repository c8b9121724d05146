/** Prints the spans of a run with a tool. The model is a script, so that it needs no account and no network. */
import { createScriptedRuntime } from "@ktx/codex-runtime/testing";
import { defineTool } from "@ktx/mcp-bridge";
import { instrumentKtx } from "@ktx/otel";
import { context, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { ConsoleSpanExporter, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { z } from "zod";

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
trace.setGlobalTracerProvider(
  new TracerProvider({
    spanProcessors: [new SimpleSpanProcessor({ exporter: new ConsoleSpanExporter() })],
  }),
);
instrumentKtx();

const runtime = createScriptedRuntime([
  {
    toolCalls: [{ tool: "wiki_read", arguments: { page: "returns.md" } }],
    text: "Within 30 days.",
    usage: { inputTokens: 120, outputTokens: 6 },
  },
]);
const answer = await runtime.generateText({
  role: "default",
  prompt: "How long may a customer return a parcel?",
  tools: {
    read: defineTool({
      name: "wiki_read",
      description: "Reads a page of the wiki.",
      inputSchema: z.object({ page: z.string() }),
      execute: () => "A parcel may be returned within 30 days.",
    }),
  },
});
console.log(answer);
