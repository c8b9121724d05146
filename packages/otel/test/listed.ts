import { type Attributes, SpanKind, SpanStatusCode } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";

/** All of a span that does not change from run to run. */
export interface ListedSpan {
  readonly name: string;
  readonly kind: string | undefined;
  readonly attributes: Attributes;
  readonly status: string | undefined;
}

export function listed({ name, kind, attributes, status }: ReadableSpan): ListedSpan {
  return { name, kind: SpanKind[kind], attributes, status: SpanStatusCode[status.code] };
}
