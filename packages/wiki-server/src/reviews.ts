/** A proposal that waits for a person. */
export type Proposal = {
  readonly id: string;
  readonly reason: string;
  /** Another one once the proposal is another under the same id. */
  readonly version: string;
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
  /**
   * @param version of the proposal that the person has seen.
   * @throws an error whose message says why the proposal cannot be settled, such as for another version.
   */
  readonly settle: (id: string, verdict: Verdict, version: string) => Promise<void>;
}
