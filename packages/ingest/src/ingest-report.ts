import type { BatchReport, UnitFailure } from "@ktx/batch";
import type { FlaggedContradiction } from "./review/list-contradictions.ts";
import type { WaitingCount } from "./apply/proposals.ts";
import type { JoinedPage } from "./reconcile/conflict-sets.ts";
import type { IngestTimes } from "./time-sheet.ts";

/** The result of an ingest; the object that `ktx ingest --json` prints last. */
export interface IngestReport {
  readonly version: 1;
  /** `applied`: the wiki has everything that could land. `kept`: nothing was applied; the next run goes on from here. */
  readonly outcome: "applied" | "kept" | "unchanged";
  /** The reason why units are left. */
  readonly ended: BatchReport["ended"];
  /** With `blocked`: the reason why no unit can succeed now, such as a sign-in that is missing. */
  readonly blocked?: UnitFailure;
  readonly units: {
    readonly done: number;
    readonly failed: number;
    /** They wait for the next run. */
    readonly open: number;
    /** They are in the wiki from earlier runs. */
    readonly unchanged: number;
  };
  readonly failures: readonly FailedUnit[];
  readonly pages: {
    readonly created: readonly string[];
    readonly changed: readonly string[];
    readonly removed: readonly string[];
    /** A person wrote or edited them; the change is a proposal. */
    readonly proposed: readonly string[];
  };
  /** Pages that a source asked for and that another page of their folder and title has taken in; absent for none. */
  readonly joined?: readonly JoinedPage[];
  /** Claims that no source says any more. */
  readonly retiredClaims: number;
  /** The number of contradictions that the pages show. */
  readonly contradictions: number;
  /** These contradictions, each once. */
  readonly flagged: readonly FlaggedContradiction[];
  /** Conflict sets without a judgement. Their new claims are proposals. */
  readonly heldSets: number;
  /** Proposals that wait for a person after this run, those of earlier runs included. */
  readonly waiting: WaitingCount;
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
  /** Tokens of this run. */
  readonly tokens: number;
  /** The stages and units that took the time and the tokens of this run. */
  readonly times: IngestTimes;
  /** The name of the apply, if there was one. */
  readonly apply?: string;
}

export interface FailedUnit {
  readonly source: string;
  readonly from: number;
  readonly to: number;
  readonly failure: UnitFailure;
}

/** 0 when everything landed, or is proposed for edited pages; 3 when a set waits, or something is left for a person or a next run; 1 when nothing could be done; 130. */
export function exitCodeOfIngest({
  ended,
  units,
  outcome,
  heldSets,
  waiting,
}: IngestReport): 0 | 1 | 3 | 130 {
  if (ended === "interrupted") return 130;
  if (ended === "blocked") return 1;
  if (units.failed > 0 && units.done + units.unchanged === 0) return 1;
  const isHeld = heldSets + waiting.sets > 0;
  return outcome === "kept" || units.failed > 0 || units.open > 0 || isHeld ? 3 : 0;
}
