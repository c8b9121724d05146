import { beginsJson, nextClosingTag, tagAt } from "./find-json-pieces.ts";

/** More characters than a tag of reasoning has, and than the decision about a bracket needs. */
const mostLookedAt = 64;

/** Finds the beginning of the JSON in an answer that arrives in pieces: after prose, a fence, or tagged reasoning. */
export class JsonBeginning {
  #text = "";
  #at = 0;
  #isReasoning = false;

  /** The text from that beginning; undefined before it has arrived. Takes time in proportion to the text. */
  find(piece: string): string | undefined {
    this.#text = this.#text.slice(Math.max(0, this.#at - 1)) + piece;
    this.#at = Math.min(this.#at, 1);
    while (this.#at < this.#text.length) {
      const found = this.#isReasoning ? this.#leaveReasoning() : this.#look();
      if (found === "wait") return undefined;
      if (found === "here") return this.#text.slice(this.#at);
    }
    return undefined;
  }

  #leaveReasoning(): "wait" | "on" {
    const tag = nextClosingTag(this.#text, this.#at);
    this.#isReasoning = tag === undefined;
    this.#at = tag?.end ?? Math.max(this.#at, this.#text.length - mostLookedAt);
    return tag === undefined ? "wait" : "on";
  }

  #look(): "here" | "wait" | "on" {
    const next = this.#text.slice(this.#at).search(/[<◁[{]/);
    this.#at = next === -1 ? this.#text.length : this.#at + next;
    if (next === -1) return "wait";
    const rest = this.#text.slice(this.#at, this.#at + mostLookedAt);
    const tag = tagAt(this.#text, this.#at);
    if (rest.length < mostLookedAt && (tag ? isChannel : isCut).test(rest)) return "wait";
    if (tag !== undefined) {
      this.#at += tag.length;
      this.#isReasoning = !tag.closes;
      return "on";
    }
    if (beginsJson(this.#text, this.#at)) return "here";
    this.#at += 1;
    return "on";
  }
}

/** A beginning that may become a tag, or JSON. */
const isCut = /^(?:[{[]\s*(?:\/|[-+.$\w]*\s*)|<[^<>]*|[[◁]\/?\w*|<\|\w*\|>)$/;
/** The name of a channel, which may be incomplete. */
const isChannel = /^<\|\w*\|>\w*$/;
