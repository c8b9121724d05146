import { llmBackends } from "./config-schema.ts";

/** The command that makes a project ready for a model. */
export const setupLine = "ktx setup --llm-backend codex --no-input";

/**
 * The step that makes a project ready, as a sentence.
 *
 * @param command what people type. @default {@link setupLine}
 */
export function setupStep(isFound: boolean, command: string = setupLine): string {
  return isFound ? `Run \`${command}\`.` : `Run \`${command}\` in the project's folder.`;
}

/** Why a command cannot use a model, and what to do. */
export interface ModelRefusal {
  readonly message: string;
  /** A line each. */
  readonly nextSteps: readonly string[];
}

/** The message of a command that needs a model in a project without a backend. */
export function refuseModel(command: string): ModelRefusal {
  const backends = llmBackends.filter((backend) => backend !== "none").join(", ");
  return {
    message: `${command} needs a language model, and this project has none configured.`,
    nextSteps: [`Valid backends: ${backends}.`, `Set one up with: ${setupLine}`],
  };
}

/** {@link refuseModel} as text. */
export function describeModelRefusal(command: string): string {
  const { message, nextSteps } = refuseModel(command);
  return [message, ...nextSteps].join("\n");
}
