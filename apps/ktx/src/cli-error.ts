import { exitCodes } from "./exit-code.ts";

export interface CliErrorParts {
  /** The problem, as a sentence. */
  readonly what: string;
  readonly why?: string | undefined;
  /** The fix, as a sentence. */
  readonly next?: string | undefined;
  readonly exitCode: number;
}

/** An error that a user can fix. Every other thrown value is a defect of ktx. */
export class CliError extends Error {
  override readonly name = "CliError";
  readonly parts: CliErrorParts;

  constructor(parts: CliErrorParts, options?: ErrorOptions) {
    super(parts.what, options);
    this.parts = parts;
  }
}

/** The command line is invalid, so the command did not start. */
export function usageError(
  what: string,
  parts: { readonly why?: string; readonly next?: string } = {},
  options?: ErrorOptions,
): CliError {
  return new CliError({ what, ...parts, exitCode: exitCodes.usage }, options);
}
