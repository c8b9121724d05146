import type { ReadLine } from "../approve/ask-in-terminal.ts";

/** An act of the user at the prompt. */
export type Entered =
  | { readonly type: "text"; readonly text: string }
  /** Ctrl-C at an empty prompt. */
  | { readonly type: "interrupt" }
  /** Ctrl-D, or the end of a pipe. */
  | { readonly type: "end" };

/** The prompts of a chat, one after the other. */
export interface ChatInput extends Disposable {
  /** Waits for the next one. */
  readonly next: () => Promise<Entered>;
  /** Does the work of a turn; Ctrl-C meanwhile aborts its signal, and keys wait for the next prompt. */
  readonly during: <Result>(work: (signal: AbortSignal) => Promise<Result>) => Promise<Result>;
  /** Asks a question during the work of a turn. */
  readonly ask: ReadLine;
}
