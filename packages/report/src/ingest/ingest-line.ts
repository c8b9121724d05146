import { z } from "zod";

/** One line of `ktx ingest --json`, with what a report shows of it. */
export type IngestLine =
  | { readonly type: "planned" }
  | { readonly type: "stage"; readonly stage: string; readonly units: number }
  | { readonly type: "step"; readonly unit: string; readonly stepIndex: number }
  | { readonly type: "batch"; readonly unit?: string | undefined; readonly event: UnitEvent }
  | {
      readonly type: "report";
      readonly outcome: string;
      readonly ended: string;
      readonly units: { readonly unchanged: number };
      readonly failures: readonly {
        readonly source: string;
        readonly from: number;
        readonly to: number;
        readonly failure: Failure;
      }[];
      readonly pages: Readonly<
        Record<"created" | "changed" | "removed" | "proposed", readonly string[]>
      >;
      readonly retiredClaims: number;
      readonly contradictions: number;
      /** Absent in the events of an earlier ktx. */
      readonly flagged?: readonly Contradiction[] | undefined;
      readonly heldSets: number;
      /** Absent in the events of an earlier ktx. */
      readonly waiting?: { readonly pages: number; readonly sets: number } | undefined;
      readonly skipped: readonly { readonly path: string; readonly reason: string }[];
      readonly tokens: number;
      /** Milliseconds. */
      readonly times?:
        | { readonly stages: readonly { stage: string; ms: number; tokens: number }[] }
        | undefined;
    };

/** Times in milliseconds since the epoch. */
type UnitEvent =
  | { readonly type: "unit_started"; readonly atMs: number; readonly key: string }
  | ({ readonly type: "unit_done" | "unit_released" | "unit_lost" } & AttemptEnd)
  | ({ readonly type: "unit_held"; readonly reason: string } & AttemptEnd)
  | ({
      readonly type: "unit_failed";
      readonly failure: Failure;
      readonly retryAfterMs?: number | undefined;
    } & AttemptEnd)
  | {
      readonly type: "wait_started";
      readonly atMs: number;
      readonly group: string;
      readonly untilMs: number;
      readonly reason: string;
    }
  | { readonly type: "wait_finished"; readonly atMs: number; readonly group: string };

interface AttemptEnd {
  readonly atMs: number;
  readonly key: string;
  readonly tokens: number;
  readonly ranMs: number;
}

interface Contradiction {
  readonly note: string;
  readonly pages: readonly string[];
  readonly claims: readonly {
    readonly text: string;
    readonly citations: readonly {
      readonly source: string;
      readonly from: number;
      readonly to: number;
    }[];
  }[];
}

interface Failure {
  readonly kind?: string | undefined;
  readonly message: string;
}

const atMs = z.number();
const key = z.string();
const end = { atMs, key, tokens: z.number(), ranMs: z.number() };
const failure = z.object({ kind: z.string().optional(), message: z.string() });

const batchEvent: z.ZodType<UnitEvent> = z.discriminatedUnion("type", [
  z.object({ type: z.literal("unit_started"), atMs, key }),
  z.object({ type: z.literal("unit_done"), ...end }),
  z.object({
    type: z.literal("unit_failed"),
    ...end,
    failure,
    retryAfterMs: z.number().optional(),
  }),
  z.object({ type: z.literal("unit_held"), ...end, reason: z.string() }),
  z.object({ type: z.literal("unit_released"), ...end }),
  z.object({ type: z.literal("unit_lost"), ...end }),
  z.object({
    type: z.literal("wait_started"),
    atMs,
    group: z.string(),
    untilMs: z.number(),
    reason: z.string(),
  }),
  z.object({ type: z.literal("wait_finished"), atMs, group: z.string() }),
]);

const texts = z.array(z.string());

const contradiction: z.ZodType<Contradiction> = z.object({
  note: z.string(),
  pages: texts,
  claims: z.array(
    z.object({
      text: z.string(),
      citations: z.array(z.object({ source: z.string(), from: z.number(), to: z.number() })),
    }),
  ),
});

const ingestLine: z.ZodType<IngestLine> = z.discriminatedUnion("type", [
  z.object({ type: z.literal("planned") }),
  z.object({ type: z.literal("stage"), stage: z.string(), units: z.number() }),
  z.object({ type: z.literal("step"), unit: z.string(), stepIndex: z.number() }),
  z.object({ type: z.literal("batch"), unit: z.string().optional(), event: batchEvent }),
  z.object({
    type: z.literal("report"),
    outcome: z.string(),
    ended: z.string(),
    units: z.object({ unchanged: z.number() }),
    failures: z.array(z.object({ source: z.string(), from: z.number(), to: z.number(), failure })),
    pages: z.object({ created: texts, changed: texts, removed: texts, proposed: texts }),
    retiredClaims: z.number(),
    contradictions: z.number(),
    flagged: z.array(contradiction).optional(),
    heldSets: z.number(),
    waiting: z.object({ pages: z.number(), sets: z.number() }).optional(),
    skipped: z.array(z.object({ path: z.string(), reason: z.string() })),
    tokens: z.number(),
    times: z
      .object({
        stages: z.array(z.object({ stage: z.string(), ms: z.number(), tokens: z.number() })),
      })
      .optional(),
  }),
]);

/** Undefined for a line of another form: a killed program leaves half of one, and a newer ktx has other events. Pure. */
export function parseIngestLine(text: string): IngestLine | undefined {
  try {
    return ingestLine.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
