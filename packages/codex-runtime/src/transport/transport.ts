import type { AccountLimits, ThreadEvent, TokenUsage } from "@ktx/codex-events";
import type { ResponseStep } from "@ktx/codex-events/app-server";
import type { TurnExit } from "@ktx/codex-process";
import type { LoadedImage } from "@ktx/images";
import type { HistoryItem, KeptThread, KeptThreads } from "@ktx/app-server";
import type { ToolOffer } from "./tools/tool-offer.ts";

/** A way to run turns with a model: `codex exec`, `codex app-server`, an injected runner. */
export interface Transport extends AsyncDisposable {
  readonly can: TransportAbilities;
  /** Starts nothing: the first turn of the thread starts the processes and servers that it needs. */
  openThread(input: ThreadInput): TransportThread;
  /** The limits of the account, without a turn; undefined where the account does not tell. */
  readLimits?(signal: AbortSignal): Promise<AccountLimits | undefined>;
  /** The threads that it keeps on disk, where it can (`keepsThreads`). */
  readonly keptThreads?: KeptThreads;
  /** Starts what the first thread would have to wait for, where there is anything. */
  warm?(signal: AbortSignal): Promise<void>;
}

export interface TransportAbilities {
  /** `many`: a thread takes any number of turns, each of which continues the earlier ones. */
  readonly turns: "one" | "many";
  /** The text of an answer arrives piece by piece. */
  readonly deltas: boolean;
  /** Tokens are reported while a turn runs, not only at its end. */
  readonly liveUsage: boolean;
  readonly images: boolean;
  /** Threads can stay on disk, and go on from there. @default false */
  readonly keepsThreads?: boolean;
}

/** The input of a thread, for all its turns. */
export interface ThreadInput {
  /** A model id that the service knows. */
  readonly model: string;
  /** The caller's system text. */
  readonly instructions?: string;
  readonly tools: ToolOffer;
  /** Milliseconds after which Codex may abandon a tool call; the run's own limits end it first. */
  readonly toolTimeoutMs: number;
  /** The number of Codex's own reconnects within a turn, where the transport can set it. */
  readonly streamRetries: number;
  /** Registers secrets that must not appear in an error, such as the token of the tools. */
  readonly addSecret: (secret: string) => void;
  /** `one` for a thread without a second turn: it need not be kept. `held`: the caller decides about its turns. */
  readonly turns: "one" | "many" | "held";
  /** True where the events of the model's responses are asked for, and the transport has them. @default false */
  readonly reportsResponses?: boolean;
  /** True where the model's single responses are wanted as `response` signals, and the transport has them. @default false */
  readonly followsResponses?: boolean;
  /** The conversation before the first turn of a new thread. @default none */
  readonly history?: readonly HistoryItem[];
  /** Its place on disk. @default the thread is only in memory */
  readonly kept?: KeptThread;
}

/** A thread between its turns. Disposing it ends everything that runs for it. */
export interface TransportThread extends AsyncDisposable {
  /** False once the thread takes no further turn. */
  readonly isOpen: boolean;
  /** Codex's id of its last turn that has ended; undefined before. */
  readonly lastTurnId?: string | undefined;
  /** The end of the process's standard error; empty where there is no process. */
  readonly stderrTail: string;
  /** True where a running turn keeps the program alive as long as it must: its time limits then do not. @default false */
  readonly keepsAlive?: boolean;
  /**
   * Runs one turn. `return()` on the iterator ends everything that still runs for it.
   *
   * @throws the errors that keep a turn from starting: `IsolationError`, `ToolBridgeError`, `RuntimeInputError`,
   * a system error of Node; and any error of an injected runner.
   */
  run(turn: TurnInput): AsyncIterable<TurnSignal>;
}

export interface TurnInput {
  readonly prompt: string;
  /** Images beside the prompt, where the transport can. @default none */
  readonly images?: readonly LoadedImage[];
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
  /** The use of the account's limits. */
  | { readonly type: "limits"; readonly limits: AccountLimits }
  /** A step of a response of the model, for observers alone. */
  | { readonly type: "response"; readonly threadId: string; readonly step: ResponseStep }
  /** Codex is working, without an event. */
  | { readonly type: "activity" }
  /** Codex waits this many milliseconds before its next request, without events meanwhile. */
  | { readonly type: "retry"; readonly delayMs: number }
  /** The process has ended, or refused a request, before the terminal event of the turn. Nothing follows. */
  | { readonly type: "exit"; readonly exit: TurnExit };
