import { describeFailure, isFailureKind } from "@ktx/codex-events";
import { type IngestLine, parseIngestLine } from "./ingest-line.ts";
import type {
  AttemptView,
  IngestReportView,
  IngestView,
  StageView,
  UnitView,
  WaitView,
} from "./ingest-view.ts";

type BatchLine = Extract<IngestLine, { type: "batch" }>;
type ReportLine = Extract<IngestLine, { type: "report" }>;

/** Reads what `ktx ingest --json` has printed; undefined for a text without any event of one. Pure. */
export function readIngest(text: string): IngestView | undefined {
  const lines = text.split("\n").flatMap((line) => parseIngestLine(line) ?? []);
  if (lines.length === 0) return undefined;
  const units = new IngestUnits();
  const begun: Omit<StageView, "spent">[] = [];
  let report: IngestReportView | undefined;
  let times: NonNullable<ReportLine["times"]>["stages"] = [];
  for (const line of lines) {
    if (line.type === "stage") begun.push({ stage: line.stage, units: line.units });
    if (line.type === "step") units.step(line.unit, line.stepIndex);
    if (line.type === "batch") units.take(line);
    if (line.type !== "report") continue;
    report = readReport(line);
    times = line.times?.stages ?? [];
  }
  const stages = begun.map((each) => ({
    ...each,
    spent: times.find(({ stage }) => stage === each.stage),
  }));
  return { ...units.read(), stages, report };
}

interface OpenUnit {
  name: string;
  attempts: AttemptView[];
  steps: number;
  tokens: number;
  outcome: UnitView["outcome"];
  reason: string | undefined;
  fix: string | undefined;
  startedAt: number | undefined;
}

/** The units of an ingest, by their keys, from its events. */
class IngestUnits {
  readonly #units = new Map<string, OpenUnit>();
  readonly #steps = new Map<string, number>();
  readonly #waits: {
    group: string;
    startedAt: number;
    endedAt: number | undefined;
    untilMs: number;
    reason: string;
  }[] = [];
  #firstAt: number | undefined;
  #lastAt = 0;

  step(unit: string, index: number): void {
    this.#steps.set(unit, Math.max(this.#steps.get(unit) ?? 0, index));
  }

  take({ unit, event }: BatchLine): void {
    this.#firstAt ??= event.atMs;
    this.#lastAt = Math.max(this.#lastAt, event.atMs);
    if (event.type === "wait_started") {
      const { group, atMs: startedAt, untilMs, reason } = event;
      if (this.#openWait(group) === undefined)
        this.#waits.push({ group, startedAt, endedAt: undefined, untilMs, reason });
      return;
    }
    if (event.type === "wait_finished") {
      const open = this.#openWait(event.group);
      if (open !== undefined) open.endedAt = event.atMs;
      return;
    }
    const found = this.#find(event.key, unit);
    if (event.type === "unit_started") {
      found.startedAt = event.atMs;
      return;
    }
    found.tokens += event.tokens;
    const isDone = event.type === "unit_done";
    const isFailed = event.type === "unit_failed" || event.type === "unit_held";
    found.attempts.push({
      startMs: event.atMs - event.ranMs,
      endMs: event.atMs,
      outcome: isDone ? "done" : isFailed ? "failed" : "left",
    });
    found.startedAt = undefined;
    found.reason = undefined;
    found.fix = undefined;
    found.outcome = isDone ? "done" : "left";
    if (event.type === "unit_held") Object.assign(found, { outcome: "held", reason: event.reason });
    if (event.type !== "unit_failed") return;
    const { failure, retryAfterMs } = event;
    found.outcome = retryAfterMs === undefined ? "failed" : "left";
    found.reason = failure.message;
    found.fix = fixOf(failure.kind);
  }

  read(): Pick<IngestView, "units" | "waits" | "endMs"> {
    const firstStart = Math.min(
      this.#firstAt ?? 0,
      ...[...this.#units.values()].flatMap(({ attempts }) =>
        attempts.map(({ startMs }) => startMs),
      ),
    );
    const from = (at: number): number => Math.max(0, at - firstStart);
    const units = [...this.#units.values()].map(({ startedAt, ...unit }): UnitView => ({
      ...unit,
      steps: this.#steps.get(unit.name) ?? 0,
      attempts: [
        ...unit.attempts,
        ...(startedAt === undefined
          ? []
          : [{ startMs: startedAt, endMs: this.#lastAt, outcome: "left" } as const]),
      ].map((attempt) => ({
        ...attempt,
        startMs: from(attempt.startMs),
        endMs: from(attempt.endMs),
      })),
    }));
    const waits = this.#waits.map(({ group, startedAt, endedAt, reason }): WaitView => ({
      group,
      reason,
      startMs: from(startedAt),
      endMs: from(endedAt ?? this.#lastAt),
    }));
    return { units, waits, endMs: from(this.#lastAt) };
  }

  #openWait(group: string) {
    return this.#waits.find((wait) => wait.group === group && wait.endedAt === undefined);
  }

  #find(key: string, name: string | undefined): OpenUnit {
    const known = this.#units.get(key);
    if (known !== undefined) return known;
    const unit: OpenUnit = {
      name: name ?? key.slice(0, 12),
      attempts: [],
      steps: 0,
      tokens: 0,
      outcome: "left",
      reason: undefined,
      fix: undefined,
      startedAt: undefined,
    };
    this.#units.set(key, unit);
    return unit;
  }
}

function readReport(report: ReportLine): IngestReportView {
  const { outcome, ended, pages, contradictions, flagged = [] } = report;
  const { heldSets, retiredClaims, skipped, tokens, waiting } = report;
  return {
    outcome,
    ended,
    unchanged: report.units.unchanged,
    pages,
    contradictions,
    flagged: flagged.map(({ claims, ...rest }) => ({
      ...rest,
      claims: claims.map(({ text, citations }) => ({ text, sources: citations.map(placeOf) })),
    })),
    heldSets,
    ...(waiting !== undefined && { waiting }),
    retiredClaims,
    skipped,
    tokens,
    failures: report.failures.map(({ source, from, to, failure }) => ({
      where: `${source}:${from}-${to}`,
      kind: failure.kind ?? "failed",
      message: failure.message,
      fix: fixOf(failure.kind),
    })),
  };
}

function placeOf({ source, from, to }: { source: string; from: number; to: number }): string {
  return from === to ? `${source}:${from}` : `${source}:${from}-${to}`;
}

/** Kinds of an ingest alone, such as a refused patch, have no advice here. */
function fixOf(kind: string | undefined): string | undefined {
  return kind !== undefined && isFailureKind(kind) ? describeFailure({ kind }, "cli") : undefined;
}
