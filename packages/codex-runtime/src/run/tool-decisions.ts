import { isDeepStrictEqual } from "node:util";
import type { McpToolCallItem } from "@ktx/codex-events";
import type { ToolCallResult, ToolObserver, ToolVerdict } from "@ktx/mcp-bridge";
import { type Redactor, redactValue } from "@ktx/redact";

/** The decision about one call. */
export interface ToolDecided {
  readonly verdict: ToolVerdict;
  /** The sentence that the model read, with `denied`. */
  readonly text: string | undefined;
}

/** The number of decisions that are kept until Codex reports their calls; it reports most calls immediately. */
const mostKept = 1_000;

/**
 * The decisions about the calls of one turn. The tool host and Codex use different ids for a call, so a report of Codex
 * gets the first decision about a call of the same tool with the same arguments.
 */
export class ToolDecisions implements Pick<ToolObserver, "onResult"> {
  readonly #redactor: Redactor;
  #kept: readonly (ToolDecided & { readonly name: string; readonly arguments: unknown })[] = [];

  constructor(redactor: Redactor) {
    this.#redactor = redactor;
  }

  onResult({ approval: verdict, name, arguments: input, text }: ToolCallResult): void {
    if (verdict === undefined || this.#kept.length >= mostKept) return;
    // The reports of Codex arrive without secrets.
    const shown = redactValue(input, this.#redactor.redact);
    this.#kept = [...this.#kept, { verdict, name, arguments: shown, text }];
  }

  take({ tool, arguments: input }: McpToolCallItem): ToolDecided | undefined {
    const found = this.#kept.find(
      (one) => one.name === tool && isDeepStrictEqual(one.arguments, input),
    );
    this.#kept = this.#kept.filter((one) => one !== found);
    return found;
  }
}
