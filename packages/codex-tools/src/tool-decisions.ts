import { isDeepStrictEqual } from "node:util";
import type { ToolCallResult, ToolObserver, ToolVerdict } from "@ktx/mcp-bridge";

/** The decision about one call. */
export interface ToolDecided {
  readonly verdict: ToolVerdict;
  /** The sentence that the model read, with `denied`. */
  readonly text: string | undefined;
}

/** A call in a report of Codex. */
export interface ReportedCall {
  readonly tool: string;
  readonly arguments?: unknown;
}

/** The number of decisions that are kept until Codex reports their calls; it reports most calls immediately. */
const mostKept = 1_000;

/**
 * The decisions about the calls of one turn. The tool host and Codex use different ids for a call, so a report of Codex
 * gets the first decision about a call of the same tool with the same arguments.
 */
export class ToolDecisions implements Pick<ToolObserver, "onResult"> {
  readonly #shown: (input: unknown) => unknown;
  #kept: readonly (ToolDecided & { readonly name: string; readonly arguments: unknown })[] = [];

  /** @param shown The arguments of a call as a report shows them: without secrets. */
  constructor(shown: (input: unknown) => unknown) {
    this.#shown = shown;
  }

  onResult({ approval: verdict, name, arguments: input, text }: ToolCallResult): void {
    if (verdict === undefined || this.#kept.length >= mostKept) return;
    this.#kept = [...this.#kept, { verdict, name, arguments: this.#shown(input), text }];
  }

  take({ tool, arguments: input }: ReportedCall): ToolDecided | undefined {
    const found = this.#kept.find(
      (one) => one.name === tool && isDeepStrictEqual(one.arguments, input),
    );
    this.#kept = this.#kept.filter((one) => one !== found);
    return found;
  }
}
