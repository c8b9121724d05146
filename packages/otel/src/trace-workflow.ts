import { context, SpanKind, SpanStatusCode, trace, type TracerProvider } from "@opentelemetry/api";
import { attribute, schemaUrl, version } from "./conventions.ts";
import { errorTypeOf } from "./span-attributes.ts";

export interface WorkflowOptions {
  /** @default the global one of `@opentelemetry/api` */
  readonly tracerProvider?: TracerProvider;
}

/**
 * Runs work of many calls, such as a batch or an ingest, as one span: `invoke_workflow` with this name. The calls are
 * its parts where a context manager of OpenTelemetry is registered.
 */
export async function traceWorkflow<Result>(
  name: string,
  work: () => Promise<Result>,
  { tracerProvider }: WorkflowOptions = {},
): Promise<Result> {
  const tracer = (tracerProvider ?? trace.getTracerProvider()).getTracer("@ktx/otel", version, {
    schemaUrl,
  });
  const around = context.active();
  const attributes = { [attribute.operation]: "invoke_workflow", [attribute.agent]: name };
  const span = tracer.startSpan(
    `invoke_workflow ${name}`,
    { kind: SpanKind.INTERNAL, attributes },
    around,
  );
  try {
    return await context.with(trace.setSpan(around, span), work);
  } catch (error) {
    span.setAttribute(attribute.error, errorTypeOf({ error }) ?? "_OTHER");
    span.setStatus({ code: SpanStatusCode.ERROR });
    throw error;
  } finally {
    span.end();
  }
}
