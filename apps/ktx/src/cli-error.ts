import { exitCodes } from "./exit-code.ts";

export interface CliErrorParts {
  /** What went wrong, as a sentence. */
  readonly what: string;
  readonly why?: string | undefined;
  /** What to do, as a sentence. */
  readonly next?: string | undefined;
  readonly exitCode: number;
}

/** An error that a user can act on. Everything else that is thrown is a defect of ktx. */
export class CliError extends Error {
  override readonly name = "CliError";
  readonly parts: CliErrorParts;

  constructor(parts: CliErrorParts, options?: ErrorOptions) {
    super(parts.what, options);
    this.parts = parts;
  }
}

/** The command could not be started as it was given. */
export function usageError(
  what: string,
  parts: { readonly why?: string; readonly next?: string } = {},
  options?: ErrorOptions,
): CliError {
  return new CliError({ what, ...parts, exitCode: exitCodes.usage }, options);
}
