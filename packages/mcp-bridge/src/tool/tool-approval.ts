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
  /** The tool runs. Other arguments, if given, replace the model's; the tool's schema checks them, too. */
  | { readonly allow: true; readonly arguments?: Readonly<Record<string, unknown>> }
  /** The tool does not run, and the model reads the reason. */
  | { readonly allow: false; readonly reason: string };

/**
 * Decides about one call, before it enters the queue and before the time limit of its tool begins. A thrown error, or an
 * answer of another form, fails the call: the tool does not run, and the model reads the message.
 */
export type ApproveToolCall = (call: ToolCallToApprove) => ToolDecision | PromiseLike<ToolDecision>;

/** The decision about a call, as it was made. */
export type ToolVerdict = "allowed" | "changed" | "denied";
