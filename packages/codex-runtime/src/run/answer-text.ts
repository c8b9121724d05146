/** A piece of the answer while the model writes it. */
export type TextPart =
  | { readonly type: "text-delta"; readonly delta: string }
  /**
   * The text so far is not the answer. `next-message`: another message follows it, as after a tool call. `abandoned`: its
   * attempt failed, or a repair replaces the answer.
   */
  | { readonly type: "reset"; readonly reason: "next-message" | "abandoned" };

/**
 * The answer of a call, piece by piece. The pieces after the last `reset` are the last message of the model. If the
 * transport reports no deltas, each message is one piece.
 */
export class AnswerText {
  readonly #emit: (part: TextPart) => void;
  #itemId: string | undefined;
  #sent = "";
  #isComplete = false;

  constructor(emit: (part: TextPart) => void) {
    this.#emit = emit;
  }

  takeDelta(itemId: string, delta: string): void {
    if (itemId !== this.#itemId) this.#begin(itemId);
    this.#send(delta);
  }

  /** A message is complete, with or without earlier deltas. */
  takeMessage(itemId: string | undefined, text: string): void {
    const continues = itemId !== undefined && itemId === this.#itemId;
    if (!continues || !text.startsWith(this.#sent)) this.#begin(itemId);
    this.#send(text.slice(this.#sent.length));
    this.#itemId = itemId;
    this.#isComplete = true;
  }

  /** Another attempt starts. */
  restart(): void {
    this.#isComplete = false;
    this.#begin(undefined);
  }

  #begin(itemId: string | undefined): void {
    const reason = this.#isComplete ? "next-message" : "abandoned";
    this.#itemId = itemId;
    this.#isComplete = false;
    if (this.#sent === "") return;
    this.#sent = "";
    this.#emit({ type: "reset", reason });
  }

  #send(delta: string): void {
    if (delta === "") return;
    this.#sent += delta;
    this.#emit({ type: "text-delta", delta });
  }
}
