import { isDeepStrictEqual } from "node:util";
import type { JsonSoFar } from "./open-json.ts";
import { PartialJsonReader } from "./partial-json-reader.ts";

/** The value of JSON so far; undefined where it has none, or one that its schema refuses. */
export type DecodeSoFar = (json: JsonSoFar) => { readonly value: unknown } | undefined;

/** Up to this many characters, each piece of an answer may give a value. */
const alwaysDecoded = 16_384;

/** Beyond them, a value is decoded once the answer has grown by this part of itself. */
const growth = 1 / 32;

/**
 * The values of an answer while it comes: each is the value of the JSON so far. Decoding one takes time for the
 * whole answer so far. So beyond 16,384 characters a value comes each time that the answer has grown by a
 * 32nd, and all of them take about as long as 32 times the last one, however the answer is cut.
 */
export class PartialAnswer {
  readonly #decode: DecodeSoFar;
  readonly #reader = new PartialJsonReader();
  #length = 0;
  #dueAt = 0;
  #last: { readonly value: unknown } | undefined;
  #isOver = false;

  constructor(decode: DecodeSoFar) {
    this.#decode = decode;
  }

  /** Takes the next piece of the answer; gives the value that it leads to, if that is another than before. */
  push(piece: string): { readonly value: unknown } | undefined {
    if (this.#isOver) return;
    this.#reader.push(piece);
    this.#length += piece.length;
    const { json } = this.#reader;
    if (json === undefined || (!json.isComplete && this.#length < this.#dueAt)) return;
    this.#dueAt = this.#length <= alwaysDecoded ? 0 : this.#length * (1 + growth);
    this.#isOver = json.isComplete;
    const next = this.#decode(json);
    if (next === undefined || (this.#last && isDeepStrictEqual(this.#last.value, next.value)))
      return;
    this.#last = next;
    return next;
  }
}
