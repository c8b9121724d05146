import { context, metrics, propagation, trace, type Attributes } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import { onTestFinished } from "vitest";
import { instrumentKtx, type InstrumentationOptions } from "../src/index.ts";

export interface Telemetry {
  /** In the order of their ends. */
  readonly spans: () => readonly ReadableSpan[];
  readonly points: () => Promise<readonly Point[]>;
}

interface Point {
  readonly name: string;
  readonly unit: string;
  readonly attributes: Attributes;
  /** Of a counter its sum, of a histogram the sum of what it recorded; durations as "some seconds". */
  readonly sum: unknown;
}

/** The SDK in memory, as the program of a user registers it, for one test. */
export function startTelemetry(options: InstrumentationOptions = {}): Telemetry {
  const exporter = new InMemorySpanExporter();
  const exported = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter: exported });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(
    new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }),
  );
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
  const instrumentation = instrumentKtx(options);
  onTestFinished(async () => {
    instrumentation[Symbol.dispose]();
    for (const api of [context, propagation, trace, metrics]) api.disable();
    await reader.shutdown();
  });
  return {
    spans: () => exporter.getFinishedSpans(),
    async points() {
      await reader.forceFlush();
      const [last] = exported.getMetrics().slice(-1);
      return (last?.scopeMetrics ?? []).flatMap(({ metrics: all }) =>
        all.flatMap(({ descriptor: { name, unit }, dataPoints }) =>
          dataPoints.map(({ attributes, value }) => ({
            name,
            unit,
            attributes,
            sum: unit === "s" ? "some seconds" : typeof value === "number" ? value : value.sum,
          })),
        ),
      );
    },
  };
}
