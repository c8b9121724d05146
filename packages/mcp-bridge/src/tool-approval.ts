/** A call of a tool that waits for a decision. */
export interface ToolCallToApprove {
  /** Counts the calls of one bridge from 1; the same as in `ToolCall`. */
  readonly callId: number;
  /** The tool's name. */
  readonly name: string;
  /** A copy of the model's arguments, which the tool's schema accepts. */
  readonly arguments: Readonly<Record<string, unknown>>;
  /** Fires when the answer is no longer needed: cancelled call, client gone, bridge closed. */
  readonly signal: AbortSignal;
}

/** The decision about a call. */
export type ToolDecision =
  /** The tool runs; with other arguments, if there are any, which its schema checks as it checks the model's. */
  | { readonly allow: true; readonly arguments?: Readonly<Record<string, unknown>> }
  /** The tool does not run, and the model reads the reason. */
  | { readonly allow: false; readonly reason: string };

/**
 * Decides about one call, before it takes its turn and before the time limit of its tool begins. An error that it
 * throws fails the call, as does an answer of another form: the tool does not run, and the model reads the message.
 */
export type ApproveToolCall = (call: ToolCallToApprove) => ToolDecision | PromiseLike<ToolDecision>;

/** The decision that was made about a call. */
export type ToolVerdict = "allowed" | "changed" | "denied";
