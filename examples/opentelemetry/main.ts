import { CodexKtxLlmRuntime } from "@ktx/codex-runtime";
import { answering, startCodexSim, toolCall } from "@ktx/codex-sim";
import { defineTool } from "@ktx/mcp-bridge";
import { instrumentKtx } from "@ktx/otel";
import { context, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { ConsoleSpanExporter, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { z } from "zod";

// What a program with OpenTelemetry has already: a context manager, a provider, an exporter.
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
const spanProcessors = [new SimpleSpanProcessor({ exporter: new ConsoleSpanExporter() })];
trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors }));

// The one line for ktx.
const instrumentation = instrumentKtx();

const sim = await startCodexSim({
  script: answering((told) =>
    told === undefined ? [toolCall("wiki_read", { page: "returns.md" })] : "Within 30 days.",
  ),
});
const runtime = new CodexKtxLlmRuntime({
  projectDir: process.cwd(),
  modelSlots: { default: "gpt-5.5" },
  endpoint: { baseUrl: sim.baseUrl },
});
try {
  await runtime.generateText({
    role: "default",
    prompt: "How long may a customer return a parcel?",
    tools: {
      read: defineTool({
        name: "wiki_read",
        description: "Reads a page of the wiki.",
        inputSchema: z.object({ page: z.string() }),
        // `traceparent` goes on to whatever the tool calls.
        execute: (_, { meta }) =>
          `A parcel may be returned within 30 days. ${String(meta?.["traceparent"])}`,
      }),
    },
  });
} finally {
  instrumentation[Symbol.dispose]();
  await runtime[Symbol.asyncDispose]();
  await sim.close();
}
