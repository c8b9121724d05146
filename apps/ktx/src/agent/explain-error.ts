import { describeFailure } from "@ktx/codex-events";
import {
  CodexError,
  RuntimeInputError,
  ToolCallError,
  UnsupportedOutputSchemaError,
} from "@ktx/codex-runtime";
import { ToolBridgeError } from "@ktx/mcp-bridge";
import { CliError } from "../cli-error.ts";
import { exitCodes } from "../exit-code.ts";

/** A {@link CliError} for what a user can act on; anything else as it is. */
export function explainError(error: unknown): unknown {
  const cause = { cause: error };
  if (error instanceof RuntimeInputError) {
    const exitCode = error.code === "codex-not-found" ? exitCodes.failed : exitCodes.usage;
    return new CliError({ what: error.message, exitCode }, cause);
  }
  if (error instanceof UnsupportedOutputSchemaError) {
    const what = `The output schema cannot be used: ${error.reason} (at ${error.path}).`;
    return new CliError({ what, next: error.suggestion, exitCode: exitCodes.usage }, cause);
  }
  if (error instanceof ToolBridgeError) {
    const exitCode = error.code === "listen-failed" ? exitCodes.failed : exitCodes.usage;
    return new CliError({ what: error.message, exitCode }, cause);
  }
  if (error instanceof CodexError) {
    const { failure } = error;
    const next = describeFailure(failure);
    return new CliError({ what: failure.message, next, exitCode: exitCodes.failed }, cause);
  }
  if (error instanceof ToolCallError)
    return new CliError({ what: error.message, exitCode: exitCodes.failed }, cause);
  return error;
}
