import type { LanguageModelV4CallOptions, LanguageModelV4FunctionTool } from "@ai-sdk/provider";
import type { ToolSet } from "@ktx/mcp-bridge";
import { hostedToolOf } from "./hosted-tools.ts";

/** The tools of a step: those of the client, and those that Codex calls by itself. */
export class StepTools {
  readonly own: readonly LanguageModelV4FunctionTool[];
  readonly hosted: ToolSet;
  readonly names: ReadonlySet<string>;
  readonly #described: ReadonlyMap<string, string>;

  constructor({
    tools = [],
    toolChoice,
  }: Pick<LanguageModelV4CallOptions, "tools" | "toolChoice">) {
    const offered = toolChoice?.type === "none" ? [] : tools;
    this.own = offered.filter((tool) => tool.type === "function");
    this.hosted = Object.fromEntries(
      offered.flatMap((tool) => {
        const hosted = tool.type === "provider" ? hostedToolOf(tool) : undefined;
        return hosted === undefined ? [] : [[hosted.name, hosted] as const];
      }),
    );
    this.names = new Set([...this.own.map(({ name }) => name), ...Object.keys(this.hosted)]);
    this.#described = new Map(offered.map((tool) => [tool.name, JSON.stringify(tool)]));
  }

  /** True where each of the other tools is one of these. */
  includes(other: StepTools): boolean {
    return [...other.#described].every(
      ([name, described]) => this.#described.get(name) === described,
    );
  }
}
