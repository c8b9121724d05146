import { isDeepStrictEqual } from "node:util";
import type { JsonSoFar } from "./open-json.ts";
import { PartialJsonReader } from "./partial-json-reader.ts";

/** The value of the JSON so far; undefined if there is no value yet, or if its schema refuses the value. */
export type DecodeSoFar = (json: JsonSoFar) => { readonly value: unknown } | undefined;

/** The number of characters up to which each piece of an answer may give a value. */
const alwaysDecoded = 16_384;

/** Beyond them, a value is decoded once the answer has grown by this part of itself. */
const growth = 1 / 32;

/**
 * The values of an answer as it arrives, each for the JSON so far. Decoding a value takes time in proportion to the
 * answer so far. So beyond 16,384 characters, a value is given each time that the answer has grown by a 32nd; all values
 * together then take about 32 times as long as the last one, however the answer is cut.
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

  /** Takes the next piece of the answer; returns the new value if it differs from the last one. */
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
