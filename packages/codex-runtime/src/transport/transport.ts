import type { AccountLimits, ThreadEvent, TokenUsage } from "@ktx/codex-events";
import type { ServerRefusal } from "@ktx/codex-events/app-server";
import type { ToolOffer } from "./tools/tool-offer.ts";

/** A way to talk to a model that runs turns: `codex exec`, `codex app-server`, an injected runner. */
export interface Transport extends AsyncDisposable {
  readonly can: TransportAbilities;
  /** Starts nothing: what a thread needs is started by its first turn. */
  openThread(input: ThreadInput): TransportThread;
}

export interface TransportAbilities {
  /** `many`: a thread takes turn after turn, each of which knows those before it. */
  readonly turns: "one" | "many";
  /** The text of an answer arrives piece by piece. */
  readonly deltas: boolean;
  /** Tokens are reported while a turn runs, not only at its end. */
  readonly liveUsage: boolean;
  readonly images: boolean;
}

/** A thread, for all its turns. */
export interface ThreadInput {
  /** A model id that the service knows. */
  readonly model: string;
  /** The caller's system text. */
  readonly instructions?: string;
  readonly tools: ToolOffer;
  /** Milliseconds after which Codex may give a tool call up; the run's own limits end it first. */
  readonly toolTimeoutMs: number;
  /** How often Codex may reconnect by itself within a turn, where the transport can set that. */
  readonly streamRetries: number;
  /** Makes known what must not appear in an error, such as the token of the tools. */
  readonly addSecret: (secret: string) => void;
  /** `one` for a thread that no second turn follows in: it need not be kept. */
  readonly turns: "one" | "many";
}

/** A thread between its turns. Disposing it ends what runs for it, and leaves nothing. */
export interface TransportThread extends AsyncDisposable {
  /** False once a turn has ended in another way than by its terminal event: no further turn is taken. */
  readonly isOpen: boolean;
  /** The end of what the process has written to standard error; empty where there is no process. */
  readonly stderrTail: string;
  /**
   * Runs one turn. `return()` on the iterator ends whatever still runs for it.
   *
   * @throws what keeps a turn from being started: `IsolationError`, `ToolBridgeError`, `RuntimeInputError`,
   * a system error of Node; and whatever an injected runner throws.
   */
  run(turn: TurnInput): AsyncIterable<TurnSignal>;
}

export interface TurnInput {
  readonly prompt: string;
  /** A JSON Schema in the service's strict subset; the text of the answer is then JSON. */
  readonly outputSchema?: Readonly<Record<string, unknown>>;
  /** Ends the turn and everything that was started for it. */
  readonly signal: AbortSignal;
}

/** One fact about a turn, as it becomes known. */
export type TurnSignal =
  | { readonly type: "event"; readonly event: ThreadEvent }
  /** The next piece of a message that is not complete yet. */
  | { readonly type: "text-delta"; readonly itemId: string; readonly delta: string }
  /** Tokens that the turn has used so far. */
  | { readonly type: "usage"; readonly usage: TokenUsage }
  /** What the account has used of its limits. */
  | { readonly type: "limits"; readonly limits: AccountLimits }
  /** Codex is at work, and no event came of it. */
  | { readonly type: "activity" }
  /** Codex waits this many milliseconds before it asks the service again, and says nothing meanwhile. */
  | { readonly type: "retry"; readonly delayMs: number }
  /** The process is gone, or refused a request, before the turn had its terminal event. Nothing follows. */
  | { readonly type: "exit"; readonly exit: TurnExit };

/** How a process ended, or which request it refused. */
export interface TurnExit {
  readonly exitCode?: number;
  readonly signal?: string;
  readonly refusal?: RpcRefusal;
  readonly stderrTail: string;
}

/** Codex answered a request of ours with a JSON-RPC error. */
export interface RpcRefusal extends ServerRefusal {
  readonly method: string;
}
