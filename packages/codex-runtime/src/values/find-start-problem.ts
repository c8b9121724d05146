import { ToolBridgeError } from "@ktx/mcp-bridge";
import { UnsupportedOutputSchemaError } from "@ktx/structured-output";
import { RuntimeInputError } from "./runtime-input-error.ts";

/** The reason why a call was not started. */
export interface StartProblem {
  /** `input`: what the caller passed cannot be used. `machine`: the machine lacks what the call needs. */
  readonly cause: "input" | "machine";
  /** The expected and the actual state. */
  readonly message: string;
  /** The next step, where the message does not name it. */
  readonly suggestion?: string;
}

/**
 * The problem behind an error that a method of the runtime threw before it started anything; undefined for any other
 * error. For the end of a started call, use `findRunEnd`.
 */
export function findStartProblem(error: unknown): StartProblem | undefined {
  if (error instanceof UnsupportedOutputSchemaError) {
    const message = `The output schema cannot be used: ${error.reason} (at ${error.path}).`;
    return { cause: "input", message, suggestion: error.suggestion };
  }
  if (error instanceof RuntimeInputError || error instanceof ToolBridgeError) {
    const { code, message } = error;
    if (code === "mcp-server-failed")
      return { cause: "machine", message: `${message}.`, suggestion: checkServer };
    const isMachine = code === "codex-not-found" || code === "listen-failed";
    return { cause: isMachine ? "machine" : "input", message };
  }
  return undefined;
}

const checkServer = "Start the server by itself to see its output, or check its address.";
