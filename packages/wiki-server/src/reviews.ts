/** A proposal that waits for a person. */
export type Proposal = {
  readonly id: string;
  readonly reason: string;
} & (
  | {
      readonly kind: "page";
      readonly page: string;
      /** The present text; absent for no page. */
      readonly current?: string;
      /** The text that the page would have; absent where the page would go. */
      readonly proposed?: string;
      readonly hasConflicts: boolean;
    }
  | {
      readonly kind: "set";
      readonly claims: readonly ProposedClaim[];
      readonly against: readonly ProposedClaim[];
    }
);

export interface ProposedClaim {
  readonly page: string;
  readonly text: string;
}

export type Verdict = "accept" | "reject";

/** The review queue, as `@ktx/ingest` has one. */
export interface Reviews {
  readonly list: () => Promise<readonly Proposal[]>;
  /** @throws an error whose message says why the proposal cannot be settled. */
  readonly settle: (id: string, verdict: Verdict) => Promise<void>;
}
