/** An ingest as its page shows it. Times are milliseconds since its first event. */
export interface IngestView {
  readonly units: readonly UnitView[];
  readonly waits: readonly WaitView[];
  readonly stages: readonly StageView[];
  readonly endMs: number;
  /** The last line; undefined for a run that was killed. */
  readonly report: IngestReportView | undefined;
}

export interface StageView {
  readonly stage: string;
  readonly units: number;
  /** Undefined for a run that was killed. */
  readonly spent: { readonly ms: number; readonly tokens: number } | undefined;
}

export interface UnitView {
  /** For people: the source with its lines. */
  readonly name: string;
  readonly attempts: readonly AttemptView[];
  readonly steps: number;
  readonly tokens: number;
  readonly outcome: "done" | "failed" | "held" | "left";
  /** The reason of a failed or held unit. */
  readonly reason: string | undefined;
  readonly fix: string | undefined;
}

export interface AttemptView {
  readonly startMs: number;
  readonly endMs: number;
  readonly outcome: "done" | "failed" | "left";
}

export interface WaitView {
  readonly group: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly reason: string;
}

export interface IngestReportView {
  readonly outcome: string;
  readonly ended: string;
  readonly unchanged: number;
  readonly pages: Readonly<
    Record<"created" | "changed" | "removed" | "proposed", readonly string[]>
  >;
  readonly contradictions: number;
  /** Those that are known by name. */
  readonly flagged: readonly ContradictionView[];
  readonly heldSets: number;
  /** Proposals that wait for a person, those of earlier runs included. */
  readonly waiting?: { readonly pages: number; readonly sets: number };
  readonly retiredClaims: number;
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
  readonly tokens: number;
  readonly failures: readonly {
    readonly where: string;
    readonly kind: string;
    readonly message: string;
    readonly fix: string | undefined;
  }[];
}

interface ContradictionView {
  /** A sentence about the difference. */
  readonly note: string;
  readonly pages: readonly string[];
  readonly claims: readonly {
    readonly text: string;
    /** Such as `docs/refunds.md:5`. */
    readonly sources: readonly string[];
  }[];
}
