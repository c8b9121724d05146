import { llmBackends } from "./written-config.ts";

/** The line that makes a project ready for a model. */
export const setupLine = "ktx setup --llm-backend codex --no-input";

/** What a command says when it needs a model and the project has no backend. */
export function describeModelRefusal(command: string): string {
  const backends = llmBackends.filter((backend) => backend !== "none").join(", ");
  return [
    `${command} needs a language model, and this project has none configured.`,
    `Valid backends: ${backends}.`,
    `Set one up with: ${setupLine}`,
  ].join("\n");
}
